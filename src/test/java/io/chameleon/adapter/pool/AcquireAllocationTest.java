package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.fixtures.Allocations;
import org.junit.jupiter.api.Test;

/** Holds the pool to what a request for a resident adapter may allocate; see {@code make jmh}. */
class AcquireAllocationTest {

  private static final int REQUESTS = 10_000;
  private static final int ROUNDS = 10;

  private final AcquiredPool resident = new AcquiredPool();

  @Test
  void acquire_ofARunningAdapter_allocatesTheLeaseAlone() {
    PoolLease[] leases = new PoolLease[REQUESTS];
    long leaseBytes = Allocations.during(() -> fill(leases));
    assertThat(leaseBytes % REQUESTS).as("bytes of %d leases: %d", REQUESTS, leaseBytes).isZero();
    // Once in a while a table or a ring grows, which is nobody's request; the least is what one
    // takes.
    long bytes = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      bytes = Math.min(bytes, Allocations.during(() -> acquire(REQUESTS)));
    }

    assertThat(bytes)
        .as("bytes of %d requests", REQUESTS)
        .isBetween(leaseBytes, leaseBytes + REQUESTS / 10);
  }

  private void fill(PoolLease[] leases) {
    for (int i = 0; i < leases.length; i++) {
      leases[i] = resident.waiting();
    }
  }

  private void acquire(int requests) {
    for (int i = 0; i < requests; i++) {
      if (resident.acquire(resident.running) != Loan.LENT) {
        throw new AssertionError("request %d was not lent".formatted(i));
      }
    }
  }
}
