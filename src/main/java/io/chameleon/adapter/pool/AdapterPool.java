package io.chameleon.adapter.pool;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLeases;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.eviction.EvictionPolicy;
import io.chameleon.adapter.host.HostClaim;
import io.chameleon.adapter.host.OutdatedLoadException;
import io.chameleon.memory.ArenaAccounts;
import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.memory.CellSpace;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import io.chameleon.request.AdapterTier;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The adapters in device memory. Every cell that KV leaves free may hold one; an idle adapter
 * leaves when its cells are wanted, a lent one never. There is no number of slots and no largest
 * rank: an adapter takes what its true ranks take (Chameleon paper, section 4.2). For the engine
 * thread alone.
 */
public final class AdapterPool implements AdapterLeases, ArenaAccounts {

  private final CellSpace space;
  private final RequestCounts counts;
  private final LongSupplier nanoClock;
  private final VersionUses uses = new VersionUses();
  private final WaitingLeases waiting = new WaitingLeases();
  private final AdapterRuns runs;
  private final Residents residents;
  private final DeviceLoads loads;
  private final Prefetcher prefetcher;
  private final NamedVersions named;
  private final Preloads preloads;
  private final PoolAdministration administration;

  /** Makes a pool with nothing resident. */
  public AdapterPool(
      PoolDevice device,
      PoolSupply supply,
      EvictionPolicy policy,
      PoolReports reports,
      LongSupplier nanoClock) {
    this.space = device.space();
    this.nanoClock = nanoClock;
    this.counts = new RequestCounts(device, policy, reports, nanoClock);
    this.residents = new Residents(space, device.cellBytes(), policy, uses, reports, nanoClock);
    this.loads = new DeviceLoads(device, supply, policy, reports, residents, nanoClock);
    this.runs = AdapterRuns.of(device, residents, loads, supply.habits(), nanoClock);
    this.prefetcher = new Prefetcher(supply, loads, uses);
    this.named = new NamedVersions(supply.catalogue(), uses, residents, device);
    this.preloads = new Preloads(loads, uses);
    this.administration =
        new PoolAdministration(device, supply.host(), uses, residents, named, preloads);
  }

  @Override
  public AdapterLease request(String name) {
    VersionUse use = uses.of(named.require(name));
    AdapterTier tier = find(use);
    use.opened();
    prefetcher.requested(use, nanoClock.getAsLong());
    PoolLease lease = new PoolLease(this, use, tier);
    waiting.addLast(lease);
    counts.asked(lease);
    return lease;
  }

  @Override
  public void beforePass() {
    runs.newPass();
    loads.finishUploads();
    named.follow();
    named.pinned().forEach(loads::bringInPinned);
    preloads.advance();
  }

  @Override
  public void beforeStep() {
    prefetcher.prefetchWanted(waiting);
    prefetcher.prefetchExpected(named::find, nanoClock.getAsLong());
    residents.followArena();
    loads.room().allowMovesOfStep();
  }

  /**
   * The window of a group, where the engine finds the rows of running adapters.
   *
   * @throws IllegalStateException if adapters run where they rest
   */
  public AdapterWindow window(ModuleGroup group) {
    return runs.window(group);
  }

  /** Takes a run of KV cells, for which idle adapters leave; nothing if that cannot be. */
  Optional<OwnedCells> allocateKv(int cells) {
    return loads.room().allocate(CellUse.KV, cells, true);
  }

  /**
   * The same for a sequence beside others that run, who are not to wait for copies beside steps,
   * nor for long moves.
   */
  Optional<OwnedCells> allocateKvNow(int cells) {
    return loads.room().allocateBeside(CellUse.KV, cells);
  }

  /** Lengthens a run of KV cells, for which idle adapters leave; false if that cannot be. */
  boolean growKv(OwnedCells run, int usedCells, int cells) {
    return loads.room().grow(run, usedCells, cells);
  }

  /** The longest sequence that could be held beside pinned adapters, whatever its own adapter. */
  public int kvCapacity() {
    return named.kvCapacity();
  }

  /** What is resident now, by content hash. */
  public List<ResidentView> residents() {
    return residents.all().stream().map(ResidentView::of).sorted().toList();
  }

  /** Whether a version is resident. */
  public boolean isResident(String contentHash) {
    return residents.find(contentHash) != null;
  }

  /** Whether the cells of a resident at rest can be had for KV. */
  boolean mayLeave(String contentHash) {
    Resident resident = residents.find(contentHash);
    return resident != null && residents.mayLeave(resident);
  }

  /** Most cells that adapters may rest in now, as Caffeine has been told. */
  int maximum() {
    return residents.maximum();
  }

  /** Entries that Caffeine has evicted by a rule of its own: none, ever. */
  long sizeEvictions() {
    return residents.sizeEvictions();
  }

  /** Adapters in device memory; from any thread. */
  public long residentCount() {
    return residents.count();
  }

  /** Versions that are to stay in device memory; from any thread. */
  public int pinnedCount() {
    return named.pinned().size();
  }

  /** What an administrator sees and does. */
  public PoolAdministration administration() {
    return administration;
  }

  /** Requests whose adapter is not lent to them now; from any thread. */
  public int waiting() {
    return waiting.size();
  }

  /** Versions of which anything is known. */
  int versions() {
    return uses.all().size();
  }

  @Override
  public ArenaSnapshot snapshot() {
    return space.snapshot();
  }

  /**
   * Verifies the arena, and that residents and windows own exactly the cells that it counts for
   * them.
   *
   * @throws IllegalStateException if not
   */
  @Override
  public void checkIntegrity() {
    space.checkIntegrity();
    int resting = residents.all().stream().mapToInt(Resident::cellsAtRest).sum();
    int standing = runs.windowCells();
    if (resting != space.usedCells(CellUse.ADAPTER)
        || standing != space.usedCells(CellUse.WINDOW)) {
      throw new IllegalStateException(
          "pool: %d cells at rest, %d in windows; arena: %d and %d"
              .formatted(
                  resting,
                  standing,
                  space.usedCells(CellUse.ADAPTER),
                  space.usedCells(CellUse.WINDOW)));
    }
    if (residents.sizeEvictions() > 0) {
      throw new IllegalStateException(
          "Caffeine has evicted %d residents by itself".formatted(residents.sizeEvictions()));
    }
  }

  AdapterLease.Loan tryLend(PoolLease lease, int cellsBeside, boolean runsAlone) {
    VersionUse use = lease.use();
    try {
      AdapterLease.Loan loan = runs.start(use, cellsBeside, runsAlone);
      if (loan == AdapterLease.Loan.LENT) {
        lent(use.requireResident(), lease);
      }
      return loan;
    } catch (FailedLoadException failure) {
      rebind(lease, failure.cause());
      return AdapterLease.Loan.LOADING;
    }
  }

  /** A queued request wants a version soon. */
  void prefetch(VersionUse use) {
    loads.prefetch(use, PrefetchKind.QUEUE);
  }

  /** Cells that KV could have now if all idle adapters left. */
  int reachableForKv() {
    return residents.reachable(null, true);
  }

  /** A lease waits for its adapter to be loaded. */
  void missing(PoolLease lease) {
    counts.missing(lease);
  }

  /**
   * What could not be loaded may have been replaced meanwhile: who has not begun gets the new one.
   */
  private void rebind(PoolLease lease, RuntimeException failure) {
    VersionUse before = lease.use();
    VersionUse now = lease.hasBeenLent() ? before : uses.of(named.require(before.version().name()));
    if (now == before) {
      if (failure instanceof OutdatedLoadException && !lease.hasBeenLent()) {
        // The catalogue will know the new version by its next look, and wakes the engine then.
        return;
      }
      throw failure;
    }
    waiting.remove(lease);
    release(before);
    lease.rebind(now);
    now.opened();
    waiting.addFirst(lease);
    find(now);
    counts.count(lease);
  }

  /** A sequence was put back. It must end with this version, so that is held from now on. */
  void givenBack(PoolLease lease, Resident lent) {
    lease.use().suspend();
    loads.hold(lease.use());
    waiting.addFirst(lease);
    runs.end(lent, named, true);
  }

  /**
   * A sequence did not start after all, and waits again; who was as near to a start waits first.
   */
  void takenBack(PoolLease lease, Resident unused) {
    if (lease.hasBeenLent()) {
      lease.use().suspend();
    }
    waiting.addFirst(lease);
    runs.end(unused, named, false);
  }

  void closed(PoolLease lease, @Nullable Resident lent) {
    VersionUse use = lease.use();
    prefetcher.ended(use, nanoClock.getAsLong());
    if (lent == null) {
      endWaiting(lease);
    }
    release(use);
    if (lent != null) {
      runs.end(lent, named, true);
      uses.forgetIfIdle(use);
    }
  }

  private void endWaiting(PoolLease lease) {
    waiting.remove(lease);
    if (lease.hasBeenLent()) {
      lease.use().resume();
    }
  }

  /** One sequence less that has the version pinned. */
  private void release(VersionUse use) {
    use.closed();
    if (use.open() == 0) {
      use.letGo();
      Resident resident = use.resident();
      if (resident != null && resident.isIdle()) {
        named.dropIfNameless(resident);
      }
      uses.forgetIfIdle(use);
    }
  }

  private AdapterTier find(VersionUse use) {
    Resident resident = loads.resident(use);
    if (resident != null) {
      return resident.state() == Resident.State.UPLOADING ? AdapterTier.HOST : AdapterTier.DEVICE;
    }
    HostClaim before = use.claim();
    HostClaim claim = loads.hold(use);
    if (claim != before) {
      return claim.foundIn();
    }
    return claim.isDone() ? AdapterTier.HOST : AdapterTier.DISK;
  }

  private void lent(Resident resident, PoolLease lease) {
    endWaiting(lease);
    lease.lent(resident);
    counts.lent(lease);
  }
}
