package io.chameleon;

import io.chameleon.serving.EngineThread;
import io.chameleon.serving.ServingProperties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Ties the engine thread to the application. The engine loads while the rest of the application
 * starts; the application calls itself ready once the engine has answered its warm-up. On a stop
 * the web server takes no new requests first, then the engine finishes those it has.
 */
final class EngineLifecycle implements SmartLifecycle, ApplicationRunner {

  private static final Logger log = LoggerFactory.getLogger(EngineLifecycle.class);

  private final EngineThread engine;
  private final ServingProperties properties;
  private final CompletableFuture<Void> ready;
  private volatile boolean running = true;

  EngineLifecycle(EngineThread engine, ServingProperties properties) {
    this.engine = engine;
    this.properties = properties;
    this.ready = engine.start();
  }

  @Override
  public void run(ApplicationArguments arguments) {
    try {
      ready.join();
    } catch (CompletionException e) {
      throw new IllegalStateException("The engine did not start", e.getCause());
    }
  }

  @Override
  public void start() {
    // It started with its construction, to load while the rest is wired.
  }

  @Override
  public void stop() {
    running = false;
    try {
      if (!engine.stop(properties.shutdownGrace())) {
        log.warn("The engine thread is still running; the process ends without it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** What was stopped does not start again. */
  @Override
  public boolean isPauseable() {
    return false;
  }

  /** Stops together with the web server's graceful shutdown, which waits for streams to end. */
  @Override
  public int getPhase() {
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
  }
}
