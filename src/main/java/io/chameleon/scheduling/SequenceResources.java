package io.chameleon.scheduling;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.AdapterLeases;
import io.chameleon.memory.KvCells;
import io.chameleon.memory.OwnedCells;
import io.chameleon.request.AdapterRefusedException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What sequences need to run: KV cells, a loan of their adapter, a sampler. Keeps its own count of
 * what is lent, so that it can be checked against what the sequences hold.
 */
final class SequenceResources {

  /** For so many steps others do not wait for what lies in the way of one that would start. */
  private static final int MOST_PASSED_OVER = 8;

  private final KvCells cells;

  private final AdapterLeases leases;

  private final SamplerFactory samplers;

  private final int growthCells;

  private final LongSupplier nanoClock;

  private long step;

  /** Whether in this step others wait already for what lies in the way of one that starts. */
  private boolean othersWait;

  private int lentCells;

  private int openLoans;

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

  /** A step is formed from now on. */
  void beginStep() {
    step++;
    othersWait = false;
  }

  /**
   * Pins the version of the adapter that a sequence asks for, if it asks for one.
   *
   * @throws RuntimeException if there is none, or if it is not served
   */
  void pin(Sequence sequence) {
    String adapter = sequence.request().adapter();
    if (adapter != null) {
      sequence.pin(leases.request(adapter));
    }
  }

  /**
   * Starts a waiting sequence if it can be done now.
   *
   * @param nobodyRuns whether nothing else runs, so that nobody waits for what lies in its way
   * @param isFirst whether nobody before it waits for a load. If nothing runs either, it is content
   *     with what it cannot do without, and room that is missing now will always be missing
   * @return {@code LENT} if it runs now
   * @throws RuntimeException if this sequence cannot be started at all; nothing is kept
   */
  Loan tryStart(Sequence sequence, boolean nobodyRuns, boolean isFirst) {
    boolean alone = nobodyRuns && isFirst;
    int wanted =
        Math.min(
            sequence.request().maxCells(),
            sequence.tokenCount() + sequence.size().predictedOutputTokens());
    Loan loan = tryStart(sequence, wanted, nobodyRuns, alone);
    if (loan == Loan.NO_ROOM && alone) {
      loan = tryStart(sequence, sequence.tokenCount(), true, true);
      if (loan == Loan.NO_ROOM) {
        throw hopeless(sequence);
      }
    }
    return loan;
  }

  /**
   * Sees that the sequence's run holds this many cells.
   *
   * @return false if there is no room now
   */
  boolean tryHold(Sequence sequence, int needed) {
    OwnedCells run = sequence.kv();
    if (run == null) {
      throw new IllegalStateException("sequence %s has no run".formatted(sequence.request().id()));
    }
    int before = run.cells();
    if (needed <= before) {
      return true;
    }
    int wanted = Math.max(needed, Math.min(sequence.request().maxCells(), before + growthCells));
    boolean grown =
        cells.grow(run, sequence.position(), wanted)
            || (wanted > needed && cells.grow(run, sequence.position(), needed));
    lentCells += run.cells() - before;
    return grown;
  }

  /** Takes back what a sequence runs with; its adapter's version stays pinned. */
  void suspend(Sequence sequence) {
    try {
      release(sequence.takeKv());
    } finally {
      endLoan(sequence.lease());
    }
  }

  /** Takes everything back from a sequence. */
  void release(Sequence sequence) {
    try {
      release(sequence.takeKv());
    } finally {
      AdapterLease lease = sequence.takeLease();
      if (lease != null) {
        openLoans -= lease.isLent() ? 1 : 0;
        lease.close();
      }
    }
  }

  /** Cells lent now, by own count. */
  int lentCells() {
    return lentCells;
  }

  /** Adapters lent now, by own count. */
  int openLoans() {
    return openLoans;
  }

  /** All cells there are. */
  int capacity() {
    return cells.capacity();
  }

  /** Cells of the arena. */
  int arenaCells() {
    return cells.arenaCells();
  }

  /** Cells that could be free if all idle adapters left. */
  int reachable() {
    return cells.reachable();
  }

  private Loan tryStart(Sequence sequence, int wanted, boolean nobodyRuns, boolean alone) {
    Loan loan = lend(sequence, wanted, alone);
    if (loan != Loan.LENT) {
      return loan;
    }
    OwnedCells run = null;
    boolean started = false;
    try {
      run = take(sequence, wanted, nobodyRuns);
      if (run != null) {
        sequence.start(run, samplers, nanoClock.getAsLong());
        lentCells += run.cells();
        started = true;
      }
      return started ? Loan.LENT : Loan.NO_ROOM;
    } finally {
      if (!started) {
        takeBack(run, sequence.lease());
      }
    }
  }

  /**
   * Others do not wait for what lies in its way, unless it has been passed over for long, and then
   * for one in a step.
   */
  private @Nullable OwnedCells take(Sequence sequence, int wanted, boolean nobodyRuns) {
    boolean isDue =
        !othersWait && sequence.passedOver(step) >= MOST_PASSED_OVER && cells.reachable() >= wanted;
    OwnedCells run =
        (nobodyRuns || isDue ? cells.allocate(wanted) : cells.allocateNow(wanted)).orElse(null);
    othersWait |= isDue && run != null;
    if (run == null && cells.reachable() >= wanted) {
      sequence.passOver(step);
    } else if (run == null) {
      sequence.lacksOther(step);
    }
    return run;
  }

  private Loan lend(Sequence sequence, int wanted, boolean alone) {
    AdapterLease lease = sequence.lease();
    if (lease == null) {
      return Loan.LENT;
    }
    long askedAt = nanoClock.getAsLong();
    Loan loan = lease.tryLend(wanted, alone);
    switch (loan) {
      case LENT -> {
        openLoans++;
        sequence.times().adapterLent(askedAt, nanoClock.getAsLong(), lease.foundIn());
      }
      case LOADING -> {
        sequence.times().adapterMissing(askedAt);
        sequence.lacksOther(step);
      }
      case NO_ROOM -> {
        sequence.times().adapterHere(askedAt);
        sequence.lacksOther(step);
      }
    }
    return loan;
  }

  /** There is no room though nothing else runs: for the adapter, or for its tokens beside it. */
  private RuntimeException hopeless(Sequence sequence) {
    AdapterLease lease = sequence.lease();
    Loan alone = lease == null ? Loan.LOADING : lease.tryLend(0);
    if (alone == Loan.NO_ROOM) {
      return new AdapterRefusedException(
          String.valueOf(sequence.request().adapter()),
          "there is no room for it even while nothing else runs");
    }
    if (lease != null && lease.isLent()) {
      lease.takeBack();
    }
    return new SequenceTooLongException(sequence, sequence.tokenCount(), capacity());
  }

  private void takeBack(@Nullable OwnedCells run, @Nullable AdapterLease lease) {
    if (run != null) {
      cells.release(run);
    }
    if (lease != null && lease.isLent()) {
      openLoans--;
      lease.takeBack();
    }
  }

  private void release(@Nullable OwnedCells run) {
    if (run != null) {
      lentCells -= run.cells();
      cells.release(run);
    }
  }

  private void endLoan(@Nullable AdapterLease lease) {
    if (lease != null && lease.isLent()) {
      openLoans--;
      lease.giveBack();
    }
  }
}
