package io.chameleon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.pool.WindowShape;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallPool;
import io.chameleon.memory.CellRun;
import io.chameleon.model.LinearModule;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WindowPlacesTest {

  private final SmallPool world =
      new SmallPool(100, SmallAdapters.attention("a", 1, 2), SmallAdapters.whole("w", 2, 1));
  private final WindowPlaces places = new WindowPlaces(world.pool::window, SmallPool.CELL_ELEMENTS);

  @Test
  void offsets_withoutWindows_areZeros() {
    assertThat(places.offsets()).hasSize(7 * 4).containsOnly(0);
  }

  @Test
  void offsets_withOneWindow_areZerosForTheOtherGroup() {
    var _ = world.lease("a");

    long[] offsets = places.offsets();

    // A of q is first, then its B, then A of k.
    long start = world.pool.window(ModuleGroup.ATTENTION).run().start() * 12L;
    assertThat(Arrays.copyOf(offsets, 8))
        .containsExactly(start, start + 4, 80, 28, start + 8, start + 12, 80, 28);
    assertThat(start).isPositive();
    assertThat(Arrays.copyOfRange(offsets, 4 * 4, 7 * 4)).containsOnly(0);
  }

  @Test
  void offsets_ofEveryModule_leadToItsNumbers() {
    var _ = world.lease("a");
    AdapterLease lease = world.lease("w");
    long[] offsets = places.offsets();
    int block = 0;
    int at = 0;
    for (LinearModule module : LinearModule.values()) {
      ModuleGroup group = ModuleGroup.of(module);
      CellRun run = world.pool.window(group).run();
      WindowShape shape = world.pool.window(group).shape();
      long row = lease.adapter().rows(group).first() * offsets[at + 2];
      int a = (int) (offsets[at] + row - run.start() * 12L);
      int b = (int) (offsets[at + 1] + row - run.start() * 12L);

      // Adapter 2 holds 20,000 and following, module after module, A and then B.
      assertThat(world.device.read(run, a)).isEqualTo(20_000f + block);
      assertThat(world.device.read(run, b))
          .isEqualTo(20_000f + block + SmallAdapters.MODEL.inputSize(module));
      assertThat(offsets[at + 3]).isEqualTo(shape.layerElements());
      at += 4;
      block += SmallAdapters.MODEL.inputSize(module) + SmallAdapters.MODEL.outputSize(module);
    }
  }
}
