package io.chameleon.simulation;

import java.util.concurrent.CompletableFuture;

/** The way from host memory to the device: copies are served one after the other. */
final class SimulatedLink {

  private final VirtualClock clock;

  private final LinkCost cost;

  private long busyUntil;

  private long copies;

  /** A link on which nothing goes. */
  SimulatedLink(VirtualClock clock, LinkCost cost) {
    this.clock = clock;
    this.cost = cost;
  }

  /** Starts a copy behind those that go on; it ends by itself when its time has come. */
  CompletableFuture<Void> start(long bytes) {
    busyUntil = Math.max(busyUntil, clock.getAsLong()) + cost.nanos(bytes);
    copies++;
    VirtualCopy<Void> copy = new VirtualCopy<>(clock, busyUntil);
    clock.at(busyUntil, () -> copy.complete(null));
    return copy;
  }

  /** Copies that were ever started. */
  long copies() {
    return copies;
  }

  /** How much longer a step from now takes because of copies that go on beside it. */
  long hindrance(long stepNanos) {
    long beside = Math.clamp(busyUntil - clock.getAsLong(), 0, stepNanos);
    return Math.round(beside * cost.slowdown());
  }
}
