package io.chameleon.adapter.host;

import io.chameleon.request.AdapterTier;
import org.jspecify.annotations.Nullable;

/**
 * A hold on a version in host memory: it keeps the load going, and what was loaded in memory, until
 * it is closed. Safe for use by many threads.
 */
public final class HostClaim implements AutoCloseable {

  private final AdapterTier foundIn;
  private @Nullable PackedAdapter packed;
  private @Nullable RuntimeException failure;
  private long loadNanos;
  private boolean closed;

  HostClaim(AdapterTier foundIn) {
    this.foundIn = foundIn;
  }

  /** Where the version was when this was made: {@code HOST}, or {@code DISK} if it must be read. */
  public AdapterTier foundIn() {
    return foundIn;
  }

  /**
   * The adapter, or null while it is being loaded. It stays as long as this is open.
   *
   * @throws RuntimeException if it could not be loaded, with a message for the client
   */
  public synchronized @Nullable PackedAdapter poll() {
    if (failure != null) {
      throw failure;
    }
    return packed;
  }

  /** The adapter, or null while it is being loaded or if it could not be. */
  public synchronized @Nullable PackedAdapter packed() {
    return packed;
  }

  /** What the load has taken; 0 if there was none, or none yet. */
  public synchronized long loadNanos() {
    return loadNanos;
  }

  /** Whether the load has failed. */
  public synchronized boolean hasFailed() {
    return failure != null;
  }

  /**
   * Why the load has failed.
   *
   * @throws IllegalStateException if it has not
   */
  public synchronized RuntimeException failure() {
    if (failure == null) {
      throw new IllegalStateException("the load has not failed");
    }
    return failure;
  }

  /** Whether there is nothing more to wait for. */
  public synchronized boolean isDone() {
    return packed != null || failure != null;
  }

  /** Lets go; a second call does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    if (packed != null) {
      packed.release();
      packed = null;
    }
  }

  /** Takes one hold on the adapter, unless it has been closed meanwhile. */
  synchronized void succeed(PackedAdapter loaded, long nanos) {
    if (!closed && loaded.tryRetain()) {
      packed = loaded;
      loadNanos = nanos;
    }
  }

  synchronized void fail(RuntimeException cause) {
    failure = cause;
  }
}
