package io.chameleon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.engine.PtNDArray;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.pool.WindowDevice;
import io.chameleon.adapter.pool.WindowShape;
import io.chameleon.fixtures.FakeAdapterDevice;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallAdapters.Small;
import io.chameleon.memory.CellRun;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arena's bytes beside an array that the same is done to. */
class ArenaTensorTest {

  private static final int CELLS = 400;
  private static final int CELL_ELEMENTS = ArenaTensor.elementsOfCell(SmallAdapters.MODEL);
  private static final CellRun ALL = new CellRun(0, CELLS);
  private static final CellRun REST = new CellRun(3, 90);
  private static final CellRun SAVED = new CellRun(100, 90);
  private static final CellRun WINDOW = new CellRun(200, 150);

  private final TorchProgram program = TorchProgram.load("cpu_decoder.py", "Decoder", 1);
  private final ArenaTensor arena = new ArenaTensor(program, SmallAdapters.MODEL, CELLS);
  private final FakeAdapterDevice array =
      new FakeAdapterDevice(SmallAdapters.MODEL, CELLS, CELL_ELEMENTS);

  @AfterEach
  void close() {
    arena.close();
    program.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {20261124, 20261125, 20261126, 20261127})
  void rows_placedFromRestOrHostAndSaved_areThoseOfTheAdapter(long seed) {
    Random random = new Random(seed);
    both(device -> device.clear(ALL));
    for (int i = 0; i < 40; i++) {
      Small small = SmallAdapters.random("r" + i, 1 + i, 3, random);
      both(device -> device.upload(small.weights(), REST).join());
      both(device -> device.clear(SAVED));
      for (ModuleGroup group : ModuleGroup.values()) {
        if (small.layout().rows(group) > 0) {
          placeAndSave(small, group, random.nextInt(4));
        }
      }
      checkSaved(small);
    }
  }

  @Test
  void move_ofOverlappingRuns_keepsTheContent() {
    both(device -> device.clear(ALL));
    Small small = SmallAdapters.whole("w", 1, 2);
    both(device -> device.upload(small.weights(), REST).join());

    both(device -> device.move(REST, new CellRun(5, 90), 90));
    checkSame();
    both(device -> device.move(new CellRun(5, 90), new CellRun(1, 90), 60));
    checkSame();
    both(device -> device.clear(new CellRun(7, 2)));
    checkSame();
  }

  @Test
  void upload_touchesNoCellBesideItsOwn() {
    both(device -> device.clear(ALL));
    Small small = SmallAdapters.attention("a", 1, 1);

    both(device -> device.upload(small.weights(), new CellRun(CELLS - 8, 8)).join());

    checkSame();
  }

  /** From rest and from host memory it comes to the same, and back to where it was. */
  private void placeAndSave(Small small, ModuleGroup group, int firstRow) {
    WindowShape shape = new WindowShape(SmallAdapters.MODEL, group);
    RowRange rows = new RowRange(firstRow, small.layout().rows(group));
    // What others left in the rows must not stay there.
    both(device -> device.upload(noise(), WINDOW).join());
    both(device -> device.placeRows(small.layout(), REST, WINDOW, shape, rows));
    float[] fromRest = checkSame();
    both(device -> device.upload(noise(), WINDOW).join());
    both(device -> device.placeRows(small.layout(), small.weights(), WINDOW, shape, rows));
    assertThat(checkSame()).isEqualTo(fromRest);
    both(device -> device.saveRows(small.layout(), WINDOW, shape, rows, SAVED));
    checkSame();
  }

  private void checkSaved(Small small) {
    float[] numbers = numbers();
    for (int i = 0; i < small.weights().byteSize() / Float.BYTES; i++) {
      assertThat(numbers[SAVED.start() * CELL_ELEMENTS + i])
          .isEqualTo(FakeAdapterDevice.element(small.weights(), i));
    }
  }

  private void both(Consumer<WindowDevice> action) {
    action.accept(arena);
    action.accept(array);
  }

  /** The whole arena, which is what the array is. */
  private float[] checkSame() {
    float[] numbers = numbers();
    float[] wanted = new float[CELLS * CELL_ELEMENTS];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = array.read(ALL, i);
    }
    assertThat(numbers).isEqualTo(wanted);
    return numbers;
  }

  private float[] numbers() {
    try (PtNDArray first = program.consume("first", arena.flat())) {
      return MemorySegment.ofAddress(TorchProgram.memory(first).address())
          .reinterpret((long) CELLS * CELL_ELEMENTS * Float.BYTES)
          .toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private static MemorySegment noise() {
    float[] noise = new float[WINDOW.cells() * CELL_ELEMENTS];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = -1 - i;
    }
    return MemorySegment.ofArray(noise);
  }
}
