package io.chameleon.scheduling;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLeases;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.KvCells;
import io.chameleon.request.AdapterRefusedException;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What sequences need to run: KV cells, a lease of their adapter, a sampler. Keeps its own count of
 * what is lent, so that it can be checked against what the sequences hold.
 */
final class SequenceResources {

  private final KvCells cells;

  private final AdapterLeases leases;

  private final SamplerFactory samplers;

  private final int growthCells;

  private final LongSupplier nanoClock;

  private int lentCells;

  private int openLeases;

  SequenceResources(
      KvCells cells,
      AdapterLeases leases,
      SamplerFactory samplers,
      int growthCells,
      LongSupplier nanoClock) {
    this.cells = cells;
    this.leases = leases;
    this.samplers = samplers;
    this.growthCells = growthCells;
    this.nanoClock = nanoClock;
  }

  /**
   * Starts a waiting sequence if there is room for it.
   *
   * @param alone whether nothing else runs: then it is content with what it cannot do without, and
   *     room that is missing now will always be missing
   * @return false if there is no room now
   * @throws RuntimeException if this sequence cannot be started at all; nothing is kept
   */
  boolean tryStart(Sequence sequence, boolean alone) {
    String adapter = sequence.request().adapter();
    if (adapter == null) {
      return tryStart(sequence, null, alone);
    }
    AdapterLease lease = tryLease(sequence, adapter, alone);
    return lease != null && tryStart(sequence, lease, alone);
  }

  /**
   * Sees that the sequence's run holds this many cells.
   *
   * @return false if there is no room now
   */
  boolean tryHold(Sequence sequence, int needed) {
    CellRun run = sequence.kv();
    if (run == null) {
      throw new IllegalStateException("sequence %s has no run".formatted(sequence.request().id()));
    }
    if (needed <= run.cells()) {
      return true;
    }
    int wanted = Math.min(sequence.request().maxCells(), run.cells() + growthCells);
    Optional<CellRun> grown = cells.grow(run, sequence.position(), Math.max(wanted, needed));
    if (grown.isEmpty() && wanted > needed) {
      grown = cells.grow(run, sequence.position(), needed);
    }
    grown.ifPresent(larger -> {
      lentCells += larger.cells() - run.cells();
      sequence.grown(larger);
    });
    return grown.isPresent();
  }

  /** Takes everything back from a sequence. */
  void release(Sequence sequence) {
    giveBack(sequence.takeKv(), sequence.takeLease());
  }

  /** Cells lent now, by own count. */
  int lentCells() {
    return lentCells;
  }

  /** Leases open now, by own count. */
  int openLeases() {
    return openLeases;
  }

  /** All cells there are. */
  int capacity() {
    return cells.capacity();
  }

  private boolean tryStart(Sequence sequence, @Nullable AdapterLease lease, boolean alone) {
    CellRun run = null;
    boolean started = false;
    try {
      run = tryAllocate(sequence, alone);
      if (run != null) {
        sequence.start(run, lease, samplers, nanoClock.getAsLong());
        started = true;
      }
      return started;
    } finally {
      if (!started) {
        giveBack(run, lease);
      }
    }
  }

  private @Nullable AdapterLease tryLease(Sequence sequence, String adapter, boolean alone) {
    long askedAt = nanoClock.getAsLong();
    Optional<AdapterLease> lease = leases.tryAcquire(adapter);
    if (lease.isPresent()) {
      openLeases++;
      sequence.times().adapterLent(askedAt, nanoClock.getAsLong(), lease.get().foundIn());
      return lease.get();
    }
    if (alone) {
      throw new AdapterRefusedException(
          adapter, "there is no room for it even while nothing else runs");
    }
    sequence.times().adapterMissing(askedAt);
    return null;
  }

  private @Nullable CellRun tryAllocate(Sequence sequence, boolean alone) {
    int wanted =
        Math.min(
            sequence.request().maxCells(),
            sequence.tokenCount() + sequence.size().predictedOutputTokens());
    Optional<CellRun> run = cells.allocate(wanted);
    if (run.isEmpty() && alone) {
      run = cells.allocate(sequence.tokenCount());
      if (run.isEmpty()) {
        throw new SequenceTooLongException(sequence, sequence.tokenCount(), capacity());
      }
    }
    run.ifPresent(cellRun -> lentCells += cellRun.cells());
    return run.orElse(null);
  }

  private void giveBack(@Nullable CellRun run, @Nullable AdapterLease lease) {
    try {
      if (run != null) {
        lentCells -= run.cells();
        cells.release(run);
      }
    } finally {
      if (lease != null) {
        openLeases--;
        lease.close();
      }
    }
  }
}
