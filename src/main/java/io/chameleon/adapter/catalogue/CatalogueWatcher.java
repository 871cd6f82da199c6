package io.chameleon.adapter.catalogue;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The watching thread's work: look, wait, look again, until it is interrupted. */
public final class CatalogueWatcher implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(CatalogueWatcher.class);

  private final Runnable look;
  private final Duration interval;
  private final Pause pause;
  private String failure = "";

  /**
   * @param look {@link AdapterRegistry#look}
   * @param interval from the end of a look to the next one
   */
  public CatalogueWatcher(Runnable look, Duration interval, Pause pause) {
    this.look = look;
    this.interval = interval;
    this.pause = pause;
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        pause.pause(interval);
        lookOnce();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whatever goes wrong, the next look may go right. */
  private void lookOnce() {
    try {
      look.run();
      failure = "";
    } catch (RuntimeException | StackOverflowError e) {
      if (!failure.equals(e.toString())) {
        failure = e.toString();
        log.error("a look at the adapter folders failed; the next one follows", e);
      }
    }
  }
}
