package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.HostAdapters;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.fixtures.FakeAdapterDevice;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellUse;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A pool over an arena in an array, and what its windows should hold. */
final class PoolFixture {

  static final ModelConfig MODEL = SmallAdapters.MODEL;

  /** Not a divisor of a window row, so that rows end inside of cells. */
  static final int CELL_ELEMENTS = 12;

  /** A row of a module in a layer. */
  private record Place(int layer, LinearModule module, int row) {}

  final FakeAdapterDevice device;
  final Arena arena;
  final AdapterPool pool;
  final EvictingKvCells cells;

  private final Map<String, PackedAdapter> adapters = new HashMap<>();

  PoolFixture(int arenaCells, PackedAdapter... adapters) {
    this.device = new FakeAdapterDevice(MODEL, arenaCells, CELL_ELEMENTS);
    this.arena = new Arena(arenaCells);
    this.pool = new AdapterPool(MODEL, new HostAdapters(List.of(adapters)), arena, device);
    this.cells = new EvictingKvCells(arena, pool, device);
    for (PackedAdapter adapter : adapters) {
      this.adapters.put(adapter.name(), adapter);
    }
  }

  AdapterLease lease(String name) {
    return pool.tryAcquire(name).orElseThrow();
  }

  CellRun kv(int cells) {
    return this.cells.allocate(cells).orElseThrow();
  }

  List<String> residents() {
    return pool.residents().stream().map(ResidentView::name).toList();
  }

  int leases(String name) {
    return pool.residents().stream()
        .filter(view -> view.name().equals(name))
        .mapToInt(ResidentView::leases)
        .sum();
  }

  /** Free + KV + adapters + window = arena, and the pool owns what it should. */
  void check() {
    pool.checkIntegrity();
    int used = 0;
    for (CellUse use : CellUse.values()) {
      used += arena.usedCells(use);
    }
    assertThat(arena.freeCells() + used).isEqualTo(arena.cells());
  }

  /** Nothing is lent, and nothing but idle adapters takes cells. */
  void checkIdle() {
    check();
    assertThat(arena.usedCells(CellUse.KV)).isZero();
    assertThat(arena.usedCells(CellUse.WINDOW)).isZero();
    for (ModuleGroup group : ModuleGroup.values()) {
      assertThat(pool.window(group).run()).isNull();
    }
  }

  /** The windows hold exactly what the lent adapter says, and zeros where it says nothing. */
  void checkRows(AdapterLease lease) {
    PackedAdapter packed = adapters.get(lease.adapter().name());
    assertThat(lease.adapter().scaling()).isEqualTo(packed.scaling());
    for (ModuleGroup group : ModuleGroup.values()) {
      RowRange rows = lease.adapter().rows(group);
      if (packed.rows(group) == 0) {
        assertThat(rows).isNull();
      } else {
        assertThat(rows.count()).isEqualTo(packed.rows(group));
        checkRows(packed, pool.window(group), rows);
      }
    }
  }

  private void checkRows(PackedAdapter packed, AdapterWindow window, RowRange rows) {
    for (int row = 0; row < rows.count(); row++) {
      for (int layer = 0; layer < MODEL.layers(); layer++) {
        for (LinearModule module : window.shape().group().modules()) {
          checkPlace(packed, window, rows.first(), new Place(layer, module, row));
        }
      }
    }
  }

  private void checkPlace(PackedAdapter packed, AdapterWindow window, int firstRow, Place place) {
    WindowShape shape = window.shape();
    int start =
        (firstRow + place.row()) * shape.rowElements() + place.layer() * shape.layerElements();
    float[] numbers = numbers(packed, place);
    int inputs = MODEL.inputSize(place.module());
    for (int i = 0; i < numbers.length; i++) {
      int offset =
          i < inputs
              ? shape.offsetOfA(place.module()) + i
              : shape.offsetOfB(place.module()) + i - inputs;
      float held = device.read(window.requireRun(), start + offset);
      if (held != numbers[i]) {
        throw new AssertionError(
            "%s of %s, number %d: %s instead of %s"
                .formatted(place, packed.name(), i, held, numbers[i]));
      }
    }
  }

  /** A row of a module: that of A, and then that of Bᵀ; zeros where the adapter has none. */
  private static float[] numbers(PackedAdapter packed, Place place) {
    int inputs = MODEL.inputSize(place.module());
    int outputs = MODEL.outputSize(place.module());
    float[] numbers = new float[inputs + outputs];
    for (PackedAdapter.Block block : packed.blocks()) {
      if (block.layer() == place.layer()
          && block.module() == place.module()
          && place.row() < block.rank()) {
        for (int i = 0; i < numbers.length; i++) {
          long within =
              i < inputs
                  ? (long) place.row() * inputs + i
                  : (long) block.rank() * inputs + (long) place.row() * outputs + i - inputs;
          numbers[i] = FakeAdapterDevice.element(packed.weights(), block.offset() + within);
        }
      }
    }
    return numbers;
  }
}
