package io.chameleon.adapter.pool;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.eviction.EvictionLog;
import io.chameleon.adapter.eviction.EvictionParameters;
import io.chameleon.adapter.eviction.RequestTrace;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.host.HostLoader;
import io.chameleon.adapter.host.HostTier;
import io.chameleon.fixtures.FakeCatalogue;
import io.chameleon.fixtures.FakeSource;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallAdapters.Small;
import io.chameleon.fixtures.SmallPool;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellSpace;
import io.chameleon.metrics.PoolMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/**
 * The real pool with adapters resident, on a device whose copies do nothing: what a request takes
 * then is the pool's own work. The last of them runs, the others are idle.
 */
final class AcquiredPool {

  private static final int ADAPTERS = 32;

  private static final int RANK = 8;

  /** Far more than all adapters take. */
  private static final int CELLS = 100_000;

  private static final long HOST_BYTES = 1 << 20;

  /** An adapter that another sequence has; not the very string that the catalogue has. */
  final String running = name(ADAPTERS - 1);

  /** An adapter that nobody has. */
  final String idle = name(0);

  private final AdapterPool pool;
  private final AdapterLease held;

  AcquiredPool() {
    FakeCatalogue catalogue = new FakeCatalogue();
    FakeSource source = new FakeSource();
    for (int id = 0; id < ADAPTERS; id++) {
      Small adapter = SmallAdapters.whole(name(id), id + 1, RANK);
      source.put(adapter);
      catalogue.put(adapter.version());
    }
    PoolMeters meters = new PoolMeters(new SimpleMeterRegistry(), "base");
    HostLoader loader = new HostLoader(source, catalogue, meters, System::nanoTime);
    NoCopies device = new NoCopies();
    CellSpace space = new CellSpace(new Arena(CELLS), device);
    this.pool =
        new AdapterPool(
            new PoolDevice(SmallAdapters.MODEL, space, device),
            new PoolSupply(
                catalogue,
                new HostTier(loader, Runnable::run, HOST_BYTES),
                PrefetchProperties.byQueue(),
                LoadHabits.NONE,
                () -> {}),
            EvictionKind.TAIL.create(EvictionParameters.DEFAULT),
            new PoolReports(new EvictionLog(100), new RequestTrace(1000), meters),
            System::nanoTime);
    for (int id = 0; id < ADAPTERS - 1; id++) {
      lent(name(id)).close();
    }
    this.held = lent(running);
  }

  /** What every sequence does with a resident adapter, from its arrival to its end. */
  Loan acquire(String name) {
    AdapterLease lease = pool.request(name);
    Loan loan = lease.tryLend(1);
    lease.close();
    return loan;
  }

  /** A lease that waits, as a request makes it. */
  PoolLease waiting() {
    PoolLease running = (PoolLease) held;
    return new PoolLease(pool, running.use(), running.foundIn());
  }

  private static String name(int id) {
    return "adapter-" + id;
  }

  private AdapterLease lent(String name) {
    AdapterLease lease = pool.request(name);
    while (lease.tryLend(1) == Loan.LOADING) {
      pool.beforePass();
    }
    return lease;
  }

  /** Copies nothing. */
  private static final class NoCopies implements WindowDevice {

    @Override
    public int cellElements() {
      return SmallPool.CELL_ELEMENTS;
    }

    @Override
    public CompletableFuture<Void> upload(MemorySegment weights, CellRun rest) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void placeRows(
        AdapterLayout layout, CellRun rest, CellRun window, WindowShape shape, RowRange rows) {}

    @Override
    public void placeRows(
        AdapterLayout layout,
        MemorySegment weights,
        CellRun window,
        WindowShape shape,
        RowRange rows) {}

    @Override
    public void saveRows(
        AdapterLayout layout, CellRun window, WindowShape shape, RowRange rows, CellRun rest) {}

    @Override
    public void move(CellRun from, CellRun to, int cells) {}

    @Override
    public void clear(CellRun run) {}
  }
}
