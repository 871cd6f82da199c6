package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellUse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sequences of eight adapters and the base come, grow and go in random order, in an arena that is
 * too small for all of them. After every step all accounts are exact, every KV cell holds what its
 * sequence wrote, and every window row what its adapter says.
 */
class PoolScenarioTest {

  private static final int STEPS = 4_000;
  private static final int ARENA_CELLS = 420;

  /** A sequence: its cells, how many it has written, and its loan. */
  private static final class Holder {

    private final int id;
    private final @Nullable AdapterLease lease;
    private CellRun kv;
    private int written;

    Holder(int id, CellRun kv, @Nullable AdapterLease lease) {
      this.id = id;
      this.kv = kv;
      this.lease = lease;
    }
  }

  private final Random random = new Random();
  private final List<Holder> holders = new ArrayList<>();
  private final Map<String, Integer> events = new HashMap<>();
  private PoolFixture world = new PoolFixture(1);
  private int ids;

  @ParameterizedTest
  @ValueSource(longs = {1, 20261124, 77})
  void anyOrder_ofComingGrowingAndGoing_losesNothing(long seed) {
    random.setSeed(seed);
    PackedAdapter[] adapters =
        IntStream.range(0, 8)
            .mapToObj(i -> SmallAdapters.random("adapter-" + i, i + 1, 4, random))
            .toArray(PackedAdapter[]::new);
    world = new PoolFixture(ARENA_CELLS, adapters);
    for (int step = 0; step < STEPS; step++) {
      step();
      check();
    }
    System.out.println("seed " + seed + ": " + new TreeMap<>(events));
    for (String event : List.of("came", "no adapter", "no KV", "grew", "no growth", "went")) {
      assertThat(events.getOrDefault(event, 0)).as(event).isGreaterThan(STEPS / 100);
    }
    while (!holders.isEmpty()) {
      go();
    }
    world.checkIdle();
    reachCapacity(adapters);
  }

  private void step() {
    int dice = random.nextInt(10);
    if (holders.isEmpty() || dice < 4) {
      come();
    } else if (dice < 8) {
      grow(holders.get(random.nextInt(holders.size())));
    } else if (dice < 9) {
      go();
    } else {
      world.pool.compact();
    }
  }

  /** As sequences start: the adapter first, then the cells, and back with it if there are none. */
  private void come() {
    int adapter = random.nextInt(10) - 2;
    AdapterLease lease = null;
    if (adapter >= 0) {
      lease = world.pool.tryAcquire("adapter-" + adapter).orElse(null);
      if (lease == null) {
        count("no adapter");
        return;
      }
    }
    Optional<CellRun> kv = world.cells.allocate(1 + random.nextInt(40));
    if (kv.isEmpty()) {
      count("no KV");
      if (lease != null) {
        lease.close();
      }
      return;
    }
    count("came");
    Holder holder = new Holder(++ids, kv.get(), lease);
    holders.add(holder);
    write(holder, random.nextInt(kv.get().cells() + 1));
  }

  private void grow(Holder holder) {
    int cells = holder.kv.cells() + 1 + random.nextInt(30);
    Optional<CellRun> longer = world.cells.grow(holder.kv, holder.written, cells);
    count(longer.isPresent() ? "grew" : "no growth");
    if (longer.isPresent()) {
      assertThat(longer.get().cells()).isEqualTo(cells);
      holder.kv = longer.get();
      check(holder);
      write(holder, cells - random.nextInt(10));
    }
  }

  private void go() {
    Holder holder = holders.remove(random.nextInt(holders.size()));
    count("went");
    world.cells.release(holder.kv);
    if (holder.lease != null) {
      holder.lease.close();
      holder.lease.close();
    }
  }

  /** Alone, with any adapter and after any history, a sequence gets all that is left. */
  private void reachCapacity(PackedAdapter... adapters) {
    for (PackedAdapter adapter : adapters) {
      CellRun low = world.kv(3);
      CellRun kv = world.kv(2);
      AdapterLease lease = world.lease(adapter.name());
      world.cells.release(low);
      int most = ARENA_CELLS - world.pool.cellsOf(adapter);
      assertThat(most).isGreaterThanOrEqualTo(world.cells.capacity());
      kv = world.cells.grow(kv, 0, most).orElseThrow();
      assertThat(world.arena.freeCells()).isZero();
      world.checkRows(lease);
      world.cells.release(kv);
      lease.close();
    }
  }

  private void write(Holder holder, int cells) {
    for (int cell = holder.written; cell < cells; cell++) {
      for (int i = 0; i < PoolFixture.CELL_ELEMENTS; i++) {
        int element = cell * PoolFixture.CELL_ELEMENTS + i;
        world.device.write(holder.kv, element, kvOf(holder, element));
      }
    }
    holder.written = Math.max(holder.written, cells);
  }

  private void check() {
    world.check();
    int kvCells = 0;
    for (Holder holder : holders) {
      kvCells += holder.kv.cells();
      check(holder);
      if (holder.lease != null) {
        world.checkRows(holder.lease);
      }
    }
    assertThat(world.arena.usedCells(CellUse.KV)).isEqualTo(kvCells);
    long lent = holders.stream().filter(holder -> holder.lease != null).count();
    assertThat(world.pool.residents().stream().mapToInt(ResidentView::leases).sum())
        .isEqualTo((int) lent);
  }

  private void check(Holder holder) {
    for (int element = 0; element < holder.written * PoolFixture.CELL_ELEMENTS; element++) {
      float held = world.device.read(holder.kv, element);
      if (held != kvOf(holder, element)) {
        throw new AssertionError(
            "sequence %d, %s, element %d: %s".formatted(holder.id, holder.kv, element, held));
      }
    }
  }

  private static float kvOf(Holder holder, int element) {
    return -(holder.id * 1_000f + element % 997);
  }

  private void count(String event) {
    events.merge(event, 1, Integer::sum);
  }
}
