package io.chameleon.adapter.pool;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The leases that wait, in the order of their requests; those that were lent before go first.
 * Linked through the leases themselves, so that nothing is allocated for a request.
 */
final class WaitingLeases {

  private @Nullable PoolLease first;
  private @Nullable PoolLease last;
  private final AtomicInteger size = new AtomicInteger();

  void addLast(PoolLease lease) {
    lease.use().startsToWait();
    lease.before = last;
    if (last == null) {
      first = lease;
    } else {
      last.behind = lease;
    }
    last = lease;
    size.setRelease(size.getPlain() + 1);
  }

  void addFirst(PoolLease lease) {
    lease.use().startsToWait();
    lease.behind = first;
    if (first == null) {
      last = lease;
    } else {
      first.before = lease;
    }
    first = lease;
    size.setRelease(size.getPlain() + 1);
  }

  /** Takes one out that is in. */
  void remove(PoolLease lease) {
    lease.use().endsToWait();
    PoolLease before = lease.before;
    PoolLease behind = lease.behind;
    if (before == null) {
      first = behind;
    } else {
      before.behind = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.before = before;
    }
    lease.before = null;
    lease.behind = null;
    size.setRelease(size.getPlain() - 1);
  }

  /** How many there are; from any thread. */
  int size() {
    return size.get();
  }

  /** The first of them, in order; the action must not change who waits. */
  void forFirst(int most, Consumer<PoolLease> action) {
    PoolLease lease = first;
    for (int i = 0; i < most && lease != null; i++) {
      action.accept(lease);
      lease = lease.behind;
    }
  }
}
