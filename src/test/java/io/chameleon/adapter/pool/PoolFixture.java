package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.fixtures.FakeAdapterDevice;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallAdapters.Small;
import io.chameleon.fixtures.SmallPool;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A small pool, and what its windows should hold. */
final class PoolFixture {

  static final ModelConfig MODEL = SmallAdapters.MODEL;

  static final int CELL_ELEMENTS = SmallPool.CELL_ELEMENTS;

  /** A row of a module in a layer. */
  private record Place(int layer, LinearModule module, int row) {}

  final SmallPool small;
  final FakeAdapterDevice device;
  final AdapterPool pool;
  final EvictingKvCells cells;

  private final Map<String, Small> byHash = new HashMap<>();

  PoolFixture(int arenaCells, Small... adapters) {
    this(new SmallPool(arenaCells, adapters), adapters);
  }

  PoolFixture(int arenaCells, EvictionKind kind, Executor loaders, Small... adapters) {
    this(new SmallPool(arenaCells, kind, loaders, 1 << 20, adapters), adapters);
  }

  /** One whose adapters run where they rest. */
  static PoolFixture inPlace(
      int arenaCells, EvictionKind kind, Executor loaders, Small... adapters) {
    return new PoolFixture(
        SmallPool.inPlace(arenaCells, kind, loaders, 1 << 20, adapters), adapters);
  }

  private PoolFixture(SmallPool small, Small... adapters) {
    this.small = small;
    this.device = small.device;
    this.pool = small.pool;
    this.cells = small.cells;
    for (Small adapter : adapters) {
      byHash.put(adapter.layout().contentHash(), adapter);
    }
  }

  /** Serves an adapter under its name, in place of what was there. */
  void put(Small adapter) {
    byHash.put(adapter.layout().contentHash(), adapter);
    small.put(adapter);
  }

  AdapterLease lease(String name) {
    return small.lease(name);
  }

  /** Uses an adapter for a moment. */
  void use(String name) {
    small.clock.advance(java.time.Duration.ofMillis(1));
    lease(name).close();
  }

  OwnedCells kv(int cells) {
    return this.cells.allocate(cells).orElseThrow();
  }

  int free() {
    return small.space.freeCells();
  }

  int used(CellUse use) {
    return small.space.usedCells(use);
  }

  List<String> residents() {
    return pool.residents().stream().flatMap(view -> view.names().stream()).sorted().toList();
  }

  int leases(String name) {
    return pool.residents().stream()
        .filter(view -> view.names().contains(name))
        .mapToInt(ResidentView::leases)
        .sum();
  }

  /** Free + KV + adapters + window = arena, and the pool owns what it should. */
  void check() {
    pool.checkIntegrity();
  }

  /** Nothing is lent, and nothing but idle adapters takes cells. */
  void checkIdle() {
    check();
    assertThat(used(CellUse.KV)).isZero();
    assertThat(used(CellUse.WINDOW)).isZero();
  }

  /** The windows hold exactly what the lent adapter says, and zeros where it says nothing. */
  void checkRows(AdapterLease lease) {
    ResidentAdapter adapter = lease.adapter();
    Small expected = byHash.get(((PoolLease) lease).resident().contentHash());
    assertThat(adapter.scaling()).isEqualTo(expected.layout().scaling());
    if (adapter.place() != null) {
      checkPlace(expected, ((PoolLease) lease).resident());
      return;
    }
    for (ModuleGroup group : ModuleGroup.values()) {
      RowRange rows = adapter.rows(group);
      if (expected.layout().rows(group) == 0) {
        assertThat(rows).isNull();
      } else {
        assertThat(rows.count()).isEqualTo(expected.layout().rows(group));
        checkRows(expected, pool.window(group), rows);
      }
    }
  }

  /** It lies where it says, once it has come. */
  private void checkPlace(Small expected, Resident resident) {
    if (resident.hasFailed()) {
      assertThatThrownBy(() -> resident.rows().requirePlace().startCell())
          .hasMessageContaining("could not be copied");
      return;
    }
    assertThat(resident.rows().requirePlace().startCell())
        .isEqualTo(resident.requireRest().run().start());
    CellRun run = resident.requireRest().run();
    long elements = expected.weights().byteSize() / Float.BYTES;
    for (int i = 0; !resident.isUploading() && i < elements; i++) {
      float number = FakeAdapterDevice.element(expected.weights(), i);
      if (device.read(run, i) != number) {
        throw new AssertionError(
            "%s, number %d: %s instead of %s"
                .formatted(expected.name(), i, device.read(run, i), number));
      }
    }
  }

  private void checkRows(Small expected, AdapterWindow window, RowRange rows) {
    for (int row = 0; row < rows.count(); row++) {
      for (int layer = 0; layer < MODEL.layers(); layer++) {
        for (LinearModule module : window.shape().group().modules()) {
          checkPlace(expected, window, rows.first(), new Place(layer, module, row));
        }
      }
    }
  }

  private void checkPlace(Small expected, AdapterWindow window, int firstRow, Place place) {
    WindowShape shape = window.shape();
    CellRun run = window.requireRun();
    int start =
        (firstRow + place.row()) * shape.rowElements() + place.layer() * shape.layerElements();
    int inputs = MODEL.inputSize(place.module());
    int outputs = MODEL.outputSize(place.module());
    AdapterLayout.@Nullable Block block = block(expected, place);
    for (int i = 0; i < inputs + outputs; i++) {
      int offset =
          i < inputs
              ? shape.offsetOfA(place.module()) + i
              : shape.offsetOfB(place.module()) + i - inputs;
      float held = device.read(run, start + offset);
      float number = number(expected, block, place.row(), i, inputs, outputs);
      if (held != number) {
        throw new AssertionError(
            "%s of %s, number %d: %s instead of %s"
                .formatted(place, expected.name(), i, held, number));
      }
    }
  }

  private static AdapterLayout.@Nullable Block block(Small expected, Place place) {
    for (AdapterLayout.Block block : expected.layout().blocks()) {
      if (block.layer() == place.layer()
          && block.module() == place.module()
          && place.row() < block.rank()) {
        return block;
      }
    }
    return null;
  }

  /** A number of a row of a module, that of A and then that of Bᵀ; zero where there is none. */
  private static float number(
      Small expected,
      AdapterLayout.@Nullable Block block,
      int row,
      int i,
      int inputs,
      int outputs) {
    if (block == null) {
      return 0;
    }
    long within =
        i < inputs
            ? (long) row * inputs + i
            : (long) block.rank() * inputs + (long) row * outputs + i - inputs;
    return FakeAdapterDevice.element(expected.weights(), block.offset() + within);
  }
}
