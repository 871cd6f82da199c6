package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.djl.TorchProgram;
import io.chameleon.memory.CellRun;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs of cells that move, on host memory, by copies none of which may overlap its own place. */
class GpuArenaMoveTest {

  private static final int CELLS = 60_000;
  private static final long SEED = 20261201;
  private static final int HOST = -1;

  private final DeviceModel model =
      new DeviceModel(ModelShape.HOST.config(), ElementType.BF16, true);

  @AutoClose
  private final TorchProgram program = TorchProgram.load("cuda_decoder.py", "Twins", HOST);

  @AutoClose private final TorchMemory memory = new TorchMemory(program, HOST);
  @AutoClose private final Arena host = Arena.ofConfined();

  private final HostQueue queue = new HostQueue();
  private int copies;

  /** A device's copies are undefined where they overlap; the host's are not. */
  private final DeviceQueue strict =
      new DeviceQueue() {
        @Override
        public void copy(long to, long from, long bytes) {
          assertThat(Math.abs(to - from)).as("a copy over itself").isGreaterThanOrEqualTo(bytes);
          copies++;
          queue.copy(to, from, bytes);
        }

        @Override
        public void clear(long address, long bytes) {
          queue.clear(address, bytes);
        }

        @Override
        public void synchronize() {
          queue.synchronize();
        }
      };

  private final GpuArena arena =
      new GpuArena(model, memory, CELLS, strict, new TwinCompute.HostUploader(queue));

  private final long cellBytes = model.cellBytes();

  /** From cell, to cell, cells of the run, cells that are kept: far, near, up, down, at once. */
  @ParameterizedTest
  @CsvSource({
    "0, 30000, 20000, 20000",
    "30000, 0, 20000, 15000",
    "20000, 0, 40000, 40000",
    "0, 20000, 40000, 40000",
    "17000, 0, 40000, 39999",
    "100, 0, 50000, 50000",
    "0, 100, 50000, 50000",
    "1, 0, 7, 7",
    "0, 3, 7, 7",
    "5, 5, 7, 7"
  })
  void move_ofARun_keepsItsContentAndTouchesNothingElse(int from, int to, int cells, int kept) {
    MemorySegment before = content();

    arena.move(new CellRun(from, cells), new CellRun(to, cells), kept);

    MemorySegment after = read();
    assertSame(before, from, after, to, kept);
    int end = Math.max(from, to) + cells;
    assertSame(before, end, after, end, CELLS - end);
    int first = Math.min(from, to);
    assertSame(before, 0, after, 0, first);
  }

  @Test
  void move_overAWayThatIsLong_takesNoBuffer() {
    content();

    arena.move(new CellRun(20_000, 40_000), new CellRun(0, 40_000), 40_000);

    assertThat(copies).as("portions of 20,000 cells").isEqualTo(2);
  }

  private MemorySegment content() {
    MemorySegment content = host.allocate(CELLS * cellBytes, Long.BYTES);
    SplittableRandom random = new SplittableRandom(SEED);
    for (long at = 0; at < content.byteSize(); at += Long.BYTES) {
      content.set(ValueLayout.JAVA_LONG, at, random.nextLong());
    }
    queue.copy(arena.cells().address(), content.address(), content.byteSize());
    return content;
  }

  private MemorySegment read() {
    MemorySegment content = host.allocate(CELLS * cellBytes, Long.BYTES);
    queue.copy(content.address(), arena.cells().address(), content.byteSize());
    return content;
  }

  private void assertSame(
      MemorySegment first, long firstCell, MemorySegment second, long secondCell, long cells) {
    long mismatch =
        first
            .asSlice(firstCell * cellBytes, cells * cellBytes)
            .mismatch(second.asSlice(secondCell * cellBytes, cells * cellBytes));
    assertThat(mismatch).as("first byte that differs").isEqualTo(-1);
  }
}
