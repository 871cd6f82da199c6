package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.peft.InvalidAdapterException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the versions whose weights nobody has read yet, one after the other and slowly, so that
 * their hashes become known and bad values show before the first request. A version whose folder
 * cannot be read is tried once more after each change of the catalogue. For one thread.
 */
public final class BackgroundScan implements Runnable {

  /** From a look for unread versions that found none to the next. */
  private static final Duration IDLE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(BackgroundScan.class);

  private final AdapterRegistry registry;
  private final Reader reader;
  private final long bytesPerSecond;
  private final Pause pause;
  private final Set<AdapterVersion> unreadable = Collections.newSetFromMap(new WeakHashMap<>());
  private AdapterCatalogue seen;

  /**
   * @param bytesPerSecond weights that are read in a second at most, on average
   */
  public BackgroundScan(AdapterRegistry registry, Reader reader, long bytesPerSecond, Pause pause) {
    this.registry = registry;
    this.reader = reader;
    this.bytesPerSecond = bytesPerSecond;
    this.pause = pause;
    this.seen = registry.catalogue();
  }

  /** Reads all of a version, checks it, identifies it, and keeps nothing of it. */
  @FunctionalInterface
  public interface Reader {

    /**
     * Reads.
     *
     * @throws InvalidAdapterException if its content is bad
     * @throws IOException if it could not be read this time
     */
    void read(AdapterVersion version) throws IOException;
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        pause.pause(readNext().orElse(IDLE));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads one version; how long to wait for the rate's sake, or nothing if all are read. */
  public Optional<Duration> readNext() {
    if (registry.catalogue() != seen) {
      seen = registry.catalogue();
      unreadable.clear();
    }
    Optional<AdapterVersion> next =
        seen.served().stream()
            .map(AdapterCatalogue.Served::version)
            .filter(version -> version.contentHash().isEmpty() && !unreadable.contains(version))
            .findFirst();
    next.ifPresent(this::read);
    return next.map(version -> Duration.ofNanos(nanos(version.stamp().weights().bytes())));
  }

  private long nanos(long bytes) {
    return (long) (1e9 * Math.max(0, bytes) / bytesPerSecond);
  }

  private void read(AdapterVersion version) {
    try {
      reader.read(version);
    } catch (InvalidAdapterException e) {
      registry.refuse(version, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      unreadable.add(version);
      log.warn("adapter {} could not be read in the background", version.name(), e);
    }
  }
}
