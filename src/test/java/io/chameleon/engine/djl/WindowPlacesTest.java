package io.chameleon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.host.HostAdapters;
import io.chameleon.adapter.pool.AdapterPool;
import io.chameleon.adapter.pool.WindowShape;
import io.chameleon.fixtures.FakeAdapterDevice;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellRun;
import io.chameleon.model.LinearModule;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowPlacesTest {

  private final FakeAdapterDevice device = new FakeAdapterDevice(SmallAdapters.MODEL, 100, 12);
  private final AdapterPool pool =
      new AdapterPool(
          SmallAdapters.MODEL,
          new HostAdapters(
              List.of(SmallAdapters.attention("a", 1, 2), SmallAdapters.whole("w", 2, 1))),
          new Arena(100),
          device);
  private final WindowPlaces places = new WindowPlaces(pool::window, 12);

  @Test
  void offsets_withoutWindows_areZeros() {
    assertThat(places.offsets()).hasSize(7 * 4).containsOnly(0);
  }

  @Test
  void offsets_withOneWindow_areZerosForTheOtherGroup() {
    assertThat(pool.tryAcquire("a")).isPresent();

    long[] offsets = places.offsets();

    // The window is cells 81 to 95 of 12; A of q is first, then its B, then A of k.
    assertThat(Arrays.copyOf(offsets, 8))
        .containsExactly(81 * 12, 81 * 12 + 4, 80, 28, 81 * 12 + 8, 81 * 12 + 12, 80, 28);
    assertThat(Arrays.copyOfRange(offsets, 4 * 4, 7 * 4)).containsOnly(0);
  }

  @Test
  void offsets_ofEveryModule_leadToItsNumbers() {
    assertThat(pool.tryAcquire("a")).isPresent();
    AdapterLease lease = pool.tryAcquire("w").orElseThrow();
    long[] offsets = places.offsets();
    int block = 0;
    int at = 0;
    for (LinearModule module : LinearModule.values()) {
      ModuleGroup group = ModuleGroup.of(module);
      CellRun run = pool.window(group).run();
      WindowShape shape = pool.window(group).shape();
      long row = lease.adapter().rows(group).first() * offsets[at + 2];
      int a = (int) (offsets[at] + row - run.start() * 12L);
      int b = (int) (offsets[at + 1] + row - run.start() * 12L);

      // Adapter 2 holds 20,000 and following, module after module, A and then B.
      assertThat(device.read(run, a)).isEqualTo(20_000f + block);
      assertThat(device.read(run, b))
          .isEqualTo(20_000f + block + SmallAdapters.MODEL.inputSize(module));
      assertThat(offsets[at + 3]).isEqualTo(shape.layerElements());
      at += 4;
      block += SmallAdapters.MODEL.inputSize(module) + SmallAdapters.MODEL.outputSize(module);
    }
  }
}
