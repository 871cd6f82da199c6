package io.chameleon.adapter.pool;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.chameleon.adapter.eviction.EvictionCandidate;
import io.chameleon.adapter.eviction.EvictionDecision;
import io.chameleon.adapter.eviction.EvictionNeed;
import io.chameleon.adapter.eviction.EvictionPolicy;
import io.chameleon.adapter.eviction.EvictionReason;
import io.chameleon.adapter.eviction.VictimChoice;
import io.chameleon.adapter.eviction.VictimChooser;
import io.chameleon.memory.CellSpace;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The adapters in device memory, by content hash, and who of them leaves. Caffeine holds them,
 * weighed in cells, with what the arena leaves to adapters as its maximum; but the policy alone
 * evicts: its victims are gone before the maximum falls, so that Caffeine never has to. For the
 * engine thread alone.
 */
final class Residents {

  private final CellSpace space;
  private final long cellBytes;
  private final EvictionPolicy policy;
  private final VictimChooser chooser;
  private final VersionUses uses;
  private final PoolReports reports;
  private final LongSupplier nanoClock;
  private final Cache<String, Resident> byHash;
  private int maximum;
  private long sizeEvictions;

  Residents(
      CellSpace space,
      long cellBytes,
      EvictionPolicy policy,
      VersionUses uses,
      PoolReports reports,
      LongSupplier nanoClock) {
    this.uses = uses;
    this.space = space;
    this.cellBytes = cellBytes;
    this.policy = policy;
    this.chooser = new VictimChooser(policy);
    this.reports = reports;
    this.nanoClock = nanoClock;
    this.maximum = space.cells();
    this.byHash =
        Caffeine.newBuilder()
            .maximumWeight(maximum)
            .weigher((String hash, Resident resident) -> resident.cellsAtRest())
            .executor(Runnable::run)
            .removalListener(this::removed)
            .build();
  }

  /** The resident of this hash, or null. */
  @Nullable Resident find(String contentHash) {
    return byHash.getIfPresent(contentHash);
  }

  /** How many there are; from any thread. */
  long count() {
    return byHash.estimatedSize();
  }

  /** All of them, in no order. */
  Collection<Resident> all() {
    return byHash.asMap().values();
  }

  /** Enters a resident, or one whose cells at rest have come or gone. */
  void put(Resident resident) {
    followArena();
    byHash.put(resident.contentHash(), resident);
  }

  /**
   * Cells that could be free if all left who may.
   *
   * @param except who shall stay, or null
   * @param wantedToo whether those may leave that a queued request wants
   */
  int reachable(@Nullable Resident except, boolean wantedToo) {
    int cells = space.freeCells();
    for (Resident resident : all()) {
      if (resident != except && (isCopy(resident) || mayLeave(resident, wantedToo))) {
        cells += resident.cellsAtRest();
      }
    }
    return cells;
  }

  /**
   * Sees that this many cells are free: copies at rest of running adapters go first, since they can
   * be made anew from their rows; then idle adapters by the policy, exactly as many as needed.
   *
   * @return false if that cannot be; nobody has left then
   */
  boolean makeRoom(int cells, EvictionReason reason, boolean wantedToo) {
    if (space.freeCells() >= cells) {
      return true;
    }
    if (reachable(null, wantedToo) < cells) {
      return false;
    }
    dropCopies(cells);
    if (space.freeCells() < cells) {
      evict(cells, reason, wantedToo);
    }
    return true;
  }

  /** Evicts one that no queued request wants, by the policy; false if there is none. */
  boolean evictOneMore(EvictionReason reason) {
    if (reachable(null, false) == space.freeCells()) {
      return false;
    }
    evict(space.freeCells() + 1, reason, false);
    return true;
  }

  /** Whether the cells of a resident at rest could be free. */
  boolean mayLeave(Resident resident) {
    return isCopy(resident) || mayLeave(resident, true);
  }

  /** Evicts one that has to go, whatever it is worth. */
  void evict(Resident resident, EvictionReason reason) {
    reports
        .decisions()
        .add(
            EvictionDecision.forced(
                reason, policy.name(), resident.candidate(), nanoClock.getAsLong()));
    remove(resident, reason);
  }

  /** One whose rows could not be kept when its last loan ended. */
  void lost(Resident resident, EvictionReason reason) {
    remove(resident, reason);
  }

  /** Sets Caffeine's maximum to what the arena leaves to adapters. */
  void followArena() {
    int left = space.cells() - space.usedCells(CellUse.KV) - space.usedCells(CellUse.WINDOW);
    if (left != maximum) {
      maximum = left;
      byHash.policy().eviction().orElseThrow().setMaximum(left);
    }
  }

  /** What Caffeine's maximum is, in cells. */
  int maximum() {
    return maximum;
  }

  /** Entries that Caffeine has evicted by its own rule. */
  long sizeEvictions() {
    return sizeEvictions;
  }

  private void evict(int cells, EvictionReason reason, boolean wantedToo) {
    List<EvictionCandidate> idle = new ArrayList<>();
    List<EvictionCandidate> wanted = new ArrayList<>();
    for (Resident resident : all()) {
      if (mayLeave(resident, wantedToo)) {
        (resident.isWanted() ? wanted : idle).add(resident.candidate());
      }
    }
    idle.sort(Comparator.comparing(EvictionCandidate::adapter));
    wanted.sort(Comparator.comparing(EvictionCandidate::adapter));
    EvictionNeed need = new EvictionNeed(reason, cells * cellBytes, space.freeCells() * cellBytes);
    VictimChoice choice = chooser.choose(need, idle, wanted, nanoClock.getAsLong());
    reports.decisions().add(choice.decision());
    for (EvictionCandidate victim : choice.victims()) {
      Resident resident = find(victim.adapter());
      if (resident != null) {
        remove(resident, reason);
      }
    }
  }

  private void dropCopies(int cells) {
    List<Resident> copies = new ArrayList<>();
    for (Resident resident : all()) {
      if (isCopy(resident)) {
        copies.add(resident);
      }
    }
    copies.sort(
        Comparator.comparingInt(Resident::cellsAtRest).thenComparing(Resident::contentHash));
    for (Resident copy : copies) {
      if (space.freeCells() < cells) {
        releaseRest(copy);
        put(copy);
      }
    }
  }

  private void remove(Resident resident, EvictionReason reason) {
    int cells = resident.cellsAtRest();
    releaseRest(resident);
    byHash.invalidate(resident.contentHash());
    PrefetchKind prefetch = resident.takePrefetch();
    if (prefetch != null) {
      reports.meters().prefetchEnded(prefetch.label(), false);
    }
    resident.gone();
    for (VersionUse use : resident.uses) {
      use.unlink(cells);
      uses.forgetIfIdle(use);
    }
    policy.evicted(resident.contentHash(), nanoClock.getAsLong());
    reports.meters().evicted(reason.label(), policy.name());
  }

  private void releaseRest(Resident resident) {
    OwnedCells rest = resident.rest();
    if (rest != null) {
      space.release(rest);
      resident.setRest(null);
    }
  }

  private static boolean isCopy(Resident resident) {
    return resident.rest() != null && resident.standsInWindows();
  }

  private static boolean mayLeave(Resident resident, boolean wantedToo) {
    return resident.isIdle()
        && !resident.isPinned()
        && !resident.isIrreplaceable()
        && (wantedToo || !resident.isWanted());
  }

  private void removed(
      @Nullable String contentHash, @Nullable Resident resident, RemovalCause cause) {
    if (cause == RemovalCause.SIZE) {
      sizeEvictions++;
    }
  }
}
