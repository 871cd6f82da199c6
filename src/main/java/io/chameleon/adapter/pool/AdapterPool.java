package io.chameleon.adapter.pool;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLeases;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.HostAdapters;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.memory.Arena;
import io.chameleon.memory.ArenaAccounts;
import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellUse;
import io.chameleon.model.ModelConfig;
import io.chameleon.request.AdapterRefusedException;
import io.chameleon.request.AdapterTier;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The adapters in device memory. Every cell that KV leaves free may hold one; an idle adapter
 * leaves when its cells are wanted, a lent one never. For the engine thread alone.
 *
 * <p>Caffeine keeps the residents and the order of their use. It is asked who is coldest and never
 * evicts by itself: cells are counted by the {@link Arena}, which knows what KV takes too.
 */
public final class AdapterPool implements AdapterLeases, ArenaAccounts {

  private final HostAdapters host;
  private final Arena arena;
  private final AdapterDevice device;
  private final Map<ModuleGroup, AdapterWindow> windows = new EnumMap<>(ModuleGroup.class);
  private final Cache<String, Resident> residents =
      Caffeine.newBuilder().maximumSize(Long.MAX_VALUE).executor(Runnable::run).build();

  public AdapterPool(ModelConfig model, HostAdapters host, Arena arena, AdapterDevice device) {
    this.host = host;
    this.arena = arena;
    this.device = device;
    for (ModuleGroup group : ModuleGroup.values()) {
      WindowShape shape = new WindowShape(model, group);
      windows.put(group, new AdapterWindow(shape, device.cellElements(), arena, device));
    }
  }

  @Override
  public Optional<AdapterLease> tryAcquire(String name) {
    Resident found = residents.getIfPresent(name);
    AdapterTier tier = found == null ? AdapterTier.HOST : AdapterTier.DEVICE;
    Resident resident = found == null ? load(host.require(name)) : found;
    if (resident == null || !lend(resident)) {
      return Optional.empty();
    }
    makeHottest(resident);
    return Optional.of(new PoolLease(resident, tier));
  }

  /** The window of a group, where the engine finds the rows of running adapters. */
  public AdapterWindow window(ModuleGroup group) {
    AdapterWindow window = windows.get(group);
    if (window == null) {
      throw new IllegalStateException("no window for " + group);
    }
    return window;
  }

  /**
   * Takes a run of cells. Idle adapters leave for it, coldest first, until there is one; where
   * fragments alone stand in the way, adapters are moved together before another one leaves.
   */
  public Optional<CellRun> allocate(CellUse use, int cells) {
    Optional<CellRun> run = allocateFree(use, cells);
    while (run.isEmpty() && evictColdest()) {
      run = allocateFree(use, cells);
    }
    return run;
  }

  private Optional<CellRun> allocateFree(CellUse use, int cells) {
    Optional<CellRun> run = arena.allocate(use, cells);
    if (run.isEmpty() && arena.freeCells() >= cells) {
      compact();
      run = arena.allocate(use, cells);
    }
    return run;
  }

  /** Evicts the coldest idle adapter; false if every resident is lent. */
  public boolean evictColdest() {
    for (Resident resident : coldestFirst()) {
      if (!resident.isLent()) {
        arena.release(resident.rest());
        residents.invalidate(resident.packed.name());
        return true;
      }
    }
    return false;
  }

  /** Moves adapters and windows to the high end, so that free cells lie together. */
  public void compact() {
    // The highest first, whatever it is, or a gap would open above what has been moved already.
    NavigableMap<Integer, Runnable> moves = new TreeMap<>();
    residents.asMap().values().forEach(r -> moves.put(r.rest().start(), () -> moveUp(r)));
    for (AdapterWindow window : windows.values()) {
      CellRun run = window.run();
      if (run != null) {
        moves.put(run.start(), window::compact);
      }
    }
    moves.descendingMap().values().forEach(Runnable::run);
  }

  /** Cells that the adapter takes while it runs: at rest, and its rows. */
  public int cellsOf(PackedAdapter adapter) {
    int cells = restCells(adapter);
    for (ModuleGroup group : ModuleGroup.values()) {
      cells += window(group).cellsFor(adapter.rows(group));
    }
    return cells;
  }

  /** The most cells that any adapter takes while it runs; 0 without adapters. */
  public int largestFootprint() {
    return host.all().stream().mapToInt(this::cellsOf).max().orElse(0);
  }

  /** What is resident now, coldest first. */
  public List<ResidentView> residents() {
    return coldestFirst().stream()
        .map(r -> new ResidentView(r.packed.name(), r.rest().cells(), r.leases()))
        .toList();
  }

  @Override
  public ArenaSnapshot snapshot() {
    return arena.snapshot();
  }

  /**
   * Verifies the arena, and that residents and windows own exactly the cells that it counts for
   * them.
   *
   * @throws IllegalStateException if not
   */
  @Override
  public void checkIntegrity() {
    arena.checkIntegrity();
    int resting = residents.asMap().values().stream().mapToInt(r -> r.rest().cells()).sum();
    int standing = 0;
    for (AdapterWindow window : windows.values()) {
      CellRun run = window.run();
      standing += run == null ? 0 : run.cells();
    }
    if (resting != arena.usedCells(CellUse.ADAPTER)
        || standing != arena.usedCells(CellUse.WINDOW)) {
      throw new IllegalStateException(
          "pool: %d cells at rest, %d in windows; arena: %d and %d"
              .formatted(
                  resting,
                  standing,
                  arena.usedCells(CellUse.ADAPTER),
                  arena.usedCells(CellUse.WINDOW)));
    }
  }

  private @Nullable Resident load(PackedAdapter adapter) {
    int footprint = cellsOf(adapter);
    if (footprint >= arena.cells()) {
      throw new AdapterRefusedException(
          adapter.name(),
          "it takes %d cells of memory while it runs; the arena has %d"
              .formatted(footprint, arena.cells()));
    }
    Optional<CellRun> rest = allocate(CellUse.ADAPTER, restCells(adapter));
    if (rest.isEmpty()) {
      return null;
    }
    device.upload(adapter, rest.get());
    Resident resident = new Resident(adapter, rest.get());
    residents.put(adapter.name(), resident);
    return resident;
  }

  private boolean lend(Resident resident) {
    if (resident.isLent()) {
      resident.lendAgain();
      return true;
    }
    // Pinned before its rows are taken: the window may need cells, and must not evict it for them.
    resident.pin();
    Optional<RowRange> attention = takeRows(resident, ModuleGroup.ATTENTION);
    Optional<RowRange> mlp = takeRows(resident, ModuleGroup.MLP);
    PackedAdapter packed = resident.packed;
    resident.place(
        new ResidentAdapter(
            packed.name(), packed.scaling(), attention.orElse(null), mlp.orElse(null)));
    boolean complete =
        attention.isPresent() == packed.rows(ModuleGroup.ATTENTION) > 0
            && mlp.isPresent() == packed.rows(ModuleGroup.MLP) > 0;
    if (!complete) {
      giveBack(resident);
    }
    return complete;
  }

  private Optional<RowRange> takeRows(Resident resident, ModuleGroup group) {
    int rows = resident.packed.rows(group);
    if (rows == 0) {
      return Optional.empty();
    }
    AdapterWindow window = window(group);
    Optional<RowRange> range = window.take(rows, cells -> allocate(CellUse.WINDOW, cells));
    range.ifPresent(taken ->
        device.placeRows(
            resident.packed, resident.rest(), window.requireRun(), window.shape(), taken));
    return range;
  }

  private void giveBack(Resident resident) {
    ResidentAdapter rows = resident.running();
    if (resident.giveBack()) {
      for (ModuleGroup group : ModuleGroup.values()) {
        RowRange range = rows.rows(group);
        if (range != null) {
          window(group).release(range);
        }
      }
    }
  }

  /** Put in anew, because Caffeine notes no reads while a cache is far from its bound. */
  private void makeHottest(Resident resident) {
    residents.invalidate(resident.packed.name());
    residents.put(resident.packed.name(), resident);
  }

  private void moveUp(Resident resident) {
    CellRun from = resident.rest();
    arena.release(from);
    CellRun to = arena.allocate(CellUse.ADAPTER, from.cells()).orElseThrow();
    device.move(from, to, from.cells());
    resident.moveTo(to);
  }

  private int restCells(PackedAdapter adapter) {
    long elements = adapter.bytes() / Float.BYTES;
    return Math.toIntExact((elements + device.cellElements() - 1) / device.cellElements());
  }

  private List<Resident> coldestFirst() {
    Policy.Eviction<String, Resident> order = residents.policy().eviction().orElseThrow();
    return List.copyOf(order.coldest(Integer.MAX_VALUE).values());
  }

  /** A loan that ends once. */
  private final class PoolLease implements AdapterLease {

    private final Resident resident;
    private final AdapterTier tier;
    private boolean open = true;

    PoolLease(Resident resident, AdapterTier tier) {
      this.resident = resident;
      this.tier = tier;
    }

    @Override
    public ResidentAdapter adapter() {
      return resident.running();
    }

    @Override
    public AdapterTier foundIn() {
      return tier;
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        giveBack(resident);
      }
    }
  }
}
