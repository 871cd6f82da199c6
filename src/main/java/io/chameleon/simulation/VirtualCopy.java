package io.chameleon.simulation;

import java.util.concurrent.CompletableFuture;

/**
 * A copy that ends at a time of the virtual clock. Who joins it, or what follows from it, lets time
 * pass up to there: waiting on the engine thread costs the engine that time.
 */
final class VirtualCopy<T> extends CompletableFuture<T> {

  private final VirtualClock clock;

  private final long endNanos;

  VirtualCopy(VirtualClock clock, long endNanos) {
    this.clock = clock;
    this.endNanos = endNanos;
  }

  @Override
  public T join() {
    clock.advanceTo(endNanos);
    return super.join();
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new VirtualCopy<>(clock, endNanos);
  }
}
