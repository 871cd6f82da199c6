package io.chameleon.serving;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Wakes the engine thread. Any thread signals; the engine thread alone does the rest. */
final class WorkSignal {

  private final AtomicReference<DrainStatus> status = new AtomicReference<>(DrainStatus.REQUIRED);

  private volatile @Nullable Thread sleeper;

  /** There is something to do. */
  void signal() {
    if (status.getAndUpdate(DrainStatus::onSignal) == DrainStatus.IDLE) {
      LockSupport.unpark(sleeper);
    }
  }

  void passStarts() {
    status.updateAndGet(DrainStatus::onPassStart);
  }

  void passEnds(boolean moreToDo) {
    status.updateAndGet(before -> before.onPassEnd(moreToDo));
  }

  /** Sleeps until there is something to do; returns at once if there is. */
  void await() {
    sleeper = Thread.currentThread();
    while (status.get() == DrainStatus.IDLE) {
      LockSupport.park(this);
    }
  }

  /** Sleeps until there is something to do, or for so long, or for no reason. */
  void await(long nanos) {
    sleeper = Thread.currentThread();
    if (nanos > 0 && status.get() == DrainStatus.IDLE) {
      LockSupport.parkNanos(this, nanos);
    }
  }

  DrainStatus status() {
    return status.get();
  }
}
