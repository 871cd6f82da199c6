package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.pool.WindowShape;
import io.chameleon.memory.CellRun;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimulatedDeviceTest {

  private static final SimulatedModel MODEL = ProfileFile.load(ProfileFile.A40).model();

  private static final long CELL = 512 << 10;

  private static final double RATE = CELL * 1e6;

  private static final LinkCost A_CELL_A_MICROSECOND = new LinkCost(RATE, 100, 0.5);

  private static final MemorySegment NOTHING = MemorySegment.NULL;

  private final VirtualClock clock = new VirtualClock();

  private final SimulatedLink link = new SimulatedLink(clock, A_CELL_A_MICROSECOND);

  private final SimulatedWindows device =
      new SimulatedWindows(clock, link, MODEL, Double.POSITIVE_INFINITY);

  private CompletableFuture<Void> upload(int cells) {
    return device.upload(NOTHING, new CellRun(0, cells));
  }

  @Test
  void upload_goesOnBesideOthers_oneAfterTheOther() {
    CompletableFuture<Void> first = upload(8);
    CompletableFuture<Void> second = upload(4);

    clock.advance(8_099);
    assertThat(first).isNotDone();
    clock.advance(1);
    assertThat(first).isDone();
    clock.advance(4_099);
    assertThat(second).isNotDone();
    clock.advance(1);
    assertThat(second).isDone();
  }

  @Test
  void upload_afterAPause_startsAtOnce() {
    var _ = upload(8);
    clock.advance(50_000);
    CompletableFuture<Void> later = upload(8);

    clock.advance(8_100);

    assertThat(later).isDone();
  }

  @Test
  void join_ofAnUploadUnderWay_letsItsTimePass() {
    var _ = upload(8);
    CompletableFuture<Void> second = upload(4);

    second.join();

    assertThat(clock.getAsLong()).isEqualTo(12_200);
    second.join();
    assertThat(clock.getAsLong()).isEqualTo(12_200);
  }

  @Test
  void join_ofWhatFollowsFromAnUpload_letsItsTimePass() {
    CompletableFuture<Void> upload = upload(8);

    upload.exceptionally(failure -> null).join();

    assertThat(clock.getAsLong()).isEqualTo(8_100);
    assertThat(upload).isDone();
  }

  @Test
  void placeRows_fromHostMemory_waitsForTheLinkAndForItself() {
    var _ = upload(8);
    WindowShape shape = new WindowShape(MODEL.config(), ModuleGroup.ATTENTION);
    AdapterLayout layout = AdapterLayout.of("hash", 1, List.of(), 0);

    device.placeRows(layout, NOTHING, new CellRun(8, 33), shape, new RowRange(0, 8));

    long bytes = 8L * shape.rowElements() * 2;
    assertThat(clock.getAsLong()).isEqualTo(8_100 + 100 + Math.round(bytes / RATE * 1e9));
  }

  @Test
  void hindrance_ofAStep_countsTheTimeThatACopyGoesOnBesideIt() {
    assertThat(link.hindrance(1_000)).isZero();
    var _ = upload(8);

    assertThat(link.hindrance(1_000)).isEqualTo(500);
    assertThat(link.hindrance(100_000)).isEqualTo(4_050);
  }

  @Test
  void move_whereCopiesCost_takesTime() {
    SimulatedWindows slow = new SimulatedWindows(clock, link, MODEL, RATE);

    slow.move(new CellRun(0, 9), new CellRun(9, 9), 7);
    slow.clear(new CellRun(0, 3));

    assertThat(clock.getAsLong()).isEqualTo(10_000);
  }

  @Test
  void move_whereCopiesAreFree_takesNone() {
    device.move(new CellRun(0, 9), new CellRun(9, 9), 7);

    assertThat(clock.getAsLong()).isZero();
  }
}
