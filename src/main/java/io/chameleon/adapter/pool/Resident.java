package io.chameleon.adapter.pool;

import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.eviction.EvictionCandidate;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.host.HostClaim;
import io.chameleon.memory.OwnedCells;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An adapter in device memory: at rest in cells of its own, or in window rows while it runs, or in
 * both. For the engine thread alone.
 */
final class Resident {

  /** Where it is in its life. */
  enum State {
    /** It is being copied into its cells, and nobody has it. */
    UPLOADING,
    /** At rest; may be evicted. */
    IDLE,
    /** Lent; its rows stand in the windows. The copy at rest may be there or not. */
    RUNNING,
    /** No more in device memory. */
    GONE
  }

  final AdapterLayout layout;
  final int restCells;

  /** What versions have this content; more than one if names share it. */
  final List<VersionUse> uses = new ArrayList<>(1);

  private final EvictionCandidate candidate;
  private State state;
  private @Nullable OwnedCells rest;
  private @Nullable ResidentAdapter rows;
  private @Nullable PrefetchKind prefetch;
  private int loans;
  private boolean uploading;
  private boolean failed;

  /**
   * @param rest its cells, or null if it stands in window rows alone
   */
  Resident(AdapterLayout layout, int restCells, long cellBytes, @Nullable OwnedCells rest) {
    this.layout = layout;
    this.restCells = restCells;
    this.rest = rest;
    this.state = rest == null ? State.IDLE : State.UPLOADING;
    this.uploading = rest != null;
    this.candidate =
        new EvictionCandidate(layout.contentHash(), layout.rank(), restCells * cellBytes);
  }

  String contentHash() {
    return layout.contentHash();
  }

  /** As the policies know it. */
  EvictionCandidate candidate() {
    return candidate;
  }

  State state() {
    return state;
  }

  boolean isIdle() {
    return state == State.IDLE;
  }

  boolean isRunning() {
    return state == State.RUNNING;
  }

  int loans() {
    return loans;
  }

  @Nullable OwnedCells rest() {
    return rest;
  }

  /** Its cells; only while it has some. */
  OwnedCells requireRest() {
    if (rest == null) {
      throw new IllegalStateException("adapter %s is nowhere at rest".formatted(contentHash()));
    }
    return rest;
  }

  /** Cells that it takes at rest now; 0 if it stands in window rows alone. */
  int cellsAtRest() {
    return rest == null ? 0 : rest.cells();
  }

  /** Whether it runs in window rows, so that what it has at rest is a copy. */
  boolean standsInWindows() {
    return state == State.RUNNING && loans > 0 && rows().place() == null;
  }

  /** Its rows; only while it runs. */
  ResidentAdapter rows() {
    if (state != State.RUNNING || rows == null) {
      throw new IllegalStateException("adapter %s is not lent".formatted(contentHash()));
    }
    return rows;
  }

  void uploaded() {
    if (state == State.UPLOADING) {
      state = State.IDLE;
    }
    uploading = false;
  }

  /** The first loan. From now on it is not evicted; its rows follow by {@link #place}. */
  void reserve() {
    require(State.IDLE);
    state = State.RUNNING;
  }

  /** The first loan of one that is not wholly there yet, but will be when it is needed. */
  void reserveAhead() {
    require(State.UPLOADING);
    state = State.RUNNING;
  }

  /** Whether its cells are still being filled. */
  boolean isUploading() {
    return uploading;
  }

  /** Its upload has failed while it was lent; steps with it fail. */
  void fail() {
    failed = true;
  }

  /** Whether what it has at rest is not what it should be. */
  boolean hasFailed() {
    return failed;
  }

  /** The first loan did not come about. */
  void unreserve() {
    require(State.RUNNING);
    state = State.IDLE;
  }

  /** Its rows have been taken. */
  void place(ResidentAdapter placed) {
    require(State.RUNNING);
    rows = placed;
    loans = 1;
  }

  void lendAgain() {
    rows();
    loans++;
  }

  /** One loan less; true if it was the last. */
  boolean giveBack() {
    rows();
    return --loans == 0;
  }

  /** Its rows have been given back. */
  void settle() {
    require(State.RUNNING);
    rows = null;
    state = uploading ? State.UPLOADING : State.IDLE;
  }

  /** The copy at rest is there, or no more. */
  void setRest(@Nullable OwnedCells cells) {
    rest = cells;
  }

  void gone() {
    state = State.GONE;
    rest = null;
  }

  void prefetchedBy(PrefetchKind kind) {
    prefetch = kind;
  }

  /** By which prefetch it came here, if it has not been used since; asked once. */
  @Nullable PrefetchKind takePrefetch() {
    PrefetchKind kind = prefetch;
    prefetch = null;
    return kind;
  }

  /** Whether its versions want it to stay. */
  boolean isPinned() {
    for (VersionUse use : uses) {
      if (use.isPinned()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a name stands for it. */
  boolean isNamed() {
    for (VersionUse use : uses) {
      if (use.isNamed()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a sequence has its version pinned. */
  boolean isInUse() {
    for (VersionUse use : uses) {
      if (use.open() > 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether it might not be had again for a sequence that has begun with it. */
  boolean isIrreplaceable() {
    for (VersionUse use : uses) {
      HostClaim claim = use.claim();
      if (use.suspended() > 0 && (claim == null || claim.packed() == null)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a queued request wants it. */
  boolean isWanted() {
    for (VersionUse use : uses) {
      if (use.waiting() > 0) {
        return true;
      }
    }
    return false;
  }

  private void require(State expected) {
    if (state != expected) {
      throw new IllegalStateException(
          "adapter %s is %s, not %s".formatted(contentHash(), state, expected));
    }
  }
}
