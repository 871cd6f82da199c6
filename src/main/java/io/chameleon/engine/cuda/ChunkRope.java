package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.chameleon.engine.SequenceStep;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Rotary positions of chunks where their updates are added: the rows are read and written once for
 * both. All other rows of the step are left to the kernel that does nothing else.
 */
final class ChunkRope {

  /** {@code struct Rope} of lora_prefill.cu. */
  static final int STRUCT_BYTES = 64;

  /** Columns of a block of the update, which are to be a head. */
  private static final int HEAD_SIZE = 128;

  private final StepInput.Part cells;
  private final int most;
  private int left;

  private final MemorySegment struct = Arena.ofAuto().allocate(STRUCT_BYTES, Long.BYTES);

  /**
   * Reserves the place for its numbers.
   *
   * @param rows of a step at most
   */
  ChunkRope(StepInput input, int rows) {
    this.most = rows;
    this.cells = input.reserve(rows);
  }

  /** Whether there is nothing else between the update and the rotation, for a model. */
  static boolean suits(ModelConfig config) {
    return config.headSize() == HEAD_SIZE && !config.qkvBias() && !config.qkNorm();
  }

  /** Writes and sends the cells of a step's rows, −1 for those that are rotated here. */
  void prepare(StepRows step) {
    if (step.rows() > most) {
      throw new IllegalArgumentException("%d rows of %d".formatted(step.rows(), most));
    }
    int row = 0;
    for (SequenceStep sequence : step.steps()) {
      for (int i = 0; i < sequence.count(); i++) {
        cells.set(row++, sequence.kv().start() + sequence.position() + i);
      }
    }
    int firstOfRest = row;
    for (StepRows.Segment segment : step.segments()) {
      if (LoraPrefill.takes(step, segment, LoraSite.QKV.group())) {
        for (int i = segment.first(); i < segment.end(); i++) {
          cells.set(i, -1);
        }
      }
    }
    while (firstOfRest > 0 && cells.get(firstOfRest - 1) < 0) {
      firstOfRest--;
    }
    left = firstOfRest;
    cells.send(left);
  }

  /** Rows from the first to the last that is not rotated here. */
  int left() {
    return left;
  }

  /** Their cells on the device; −1 for those between them that are. */
  long cellsOfLeft() {
    return cells.address();
  }

  /** What the kernel is told, for a layer. */
  MemorySegment struct(GpuModel model, int layer) {
    RowInput rows = model.rowInput();
    long[] longs = {
      rows.address(rows.positions()),
      rows.address(rows.cells()),
      model.weights().cosines().address(),
      model.weights().sines().address(),
      model.arena().cells().address(),
      model.model().cellElements(),
      model.keyOffset(layer),
      model.valueOffset(layer)
    };
    for (int i = 0; i < longs.length; i++) {
      struct.setAtIndex(JAVA_LONG, i, longs[i]);
    }
    return struct;
  }
}
