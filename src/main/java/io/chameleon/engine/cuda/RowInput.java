package io.chameleon.engine.cuda;

import io.chameleon.engine.SequenceStep;
import org.jspecify.annotations.Nullable;

/** What a step's rows are: ids, positions, cells, whose logits are wanted, and the chunks. */
final class RowInput {

  private final int rows;
  private final StepInput.Part part;
  private final int columns;

  /** Reserves the place for so many rows. */
  RowInput(StepInput input, int rows) {
    this.rows = rows;
    this.columns = (rows + 16) / 16 * 16;
    this.part = input.reserve(columns * COLUMNS);
  }

  /** The id that stands for the token chosen for row 0 of the step before. */
  private static final int CHOSEN = -2;

  private static final int COLUMNS = 7;
  private static final int POSITIONS = 1;
  private static final int CELLS = 2;
  private static final int LAST = 3;
  private static final int ENDS = 4;
  private static final int STARTS = 5;
  private static final int LENGTHS = 6;

  /** Index, among the step's numbers, of the token ids. */
  int ids() {
    return part.first();
  }

  /** Of the positions. */
  int positions() {
    return column(POSITIONS);
  }

  /** Of the cells; that of a row that only fills up is −1. */
  int cells() {
    return column(CELLS);
  }

  /** Of the rows whose logits are wanted. */
  int last() {
    return column(LAST);
  }

  /** Of the ends of the chunks' rows, from 0, the first chunk's first. */
  int ends() {
    return column(ENDS);
  }

  /** Of the chunks' first cells. */
  int starts() {
    return column(STARTS);
  }

  /** Of the lengths of the chunks' sequences. */
  int lengths() {
    return column(LENGTHS);
  }

  private int column(int number) {
    return part.first() + number * columns;
  }

  /** Where a column lies on the device, by the index that the methods above give. */
  long address(int index) {
    return part.address(index - part.first());
  }

  /**
   * Writes and sends a step's rows.
   *
   * @param filled rows including those that only fill up
   */
  void send(StepRows step, int filled) {
    send(step, filled, null);
  }

  /**
   * Writes and sends a step's rows.
   *
   * @param filled rows including those that only fill up
   * @param chosen for each row the row of the step before that chooses its token, which nobody
   *     knows yet; null if the tokens are known
   */
  void send(StepRows step, int filled, int @Nullable [] chosen) {
    if (filled > rows) {
      throw new IllegalArgumentException("%d rows of %d".formatted(filled, rows));
    }
    int row = 0;
    int wanted = 0;
    for (SequenceStep sequence : step.steps()) {
      row = write(sequence, row);
      if (sequence.sampler() != null) {
        part.set(LAST * columns + wanted++, row - 1);
      }
    }
    for (int i = 0; chosen != null && i < row; i++) {
      part.set(i, CHOSEN - chosen[i]);
    }
    for (; row < filled; row++) {
      part.set(row, -1);
      part.set(POSITIONS * columns + row, 0);
      part.set(CELLS * columns + row, -1);
    }
    for (; wanted < filled; wanted++) {
      part.set(LAST * columns + wanted, -1);
    }
    writeChunks(step);
    part.send(step.isDecode() ? ENDS * columns : COLUMNS * columns);
  }

  private int write(SequenceStep sequence, int firstRow) {
    int row = firstRow;
    for (int i = 0; i < sequence.count(); i++, row++) {
      int position = sequence.position() + i;
      part.set(row, sequence.tokens()[sequence.from() + i]);
      part.set(POSITIONS * columns + row, position);
      part.set(CELLS * columns + row, sequence.kv().start() + position);
    }
    return row;
  }

  private void writeChunks(StepRows step) {
    int end = 0;
    part.set(ENDS * columns, 0);
    for (int i = step.decodeRows(); i < step.steps().size(); i++) {
      SequenceStep sequence = step.steps().get(i);
      int chunk = i - step.decodeRows();
      end += sequence.count();
      part.set(ENDS * columns + chunk + 1, end);
      part.set(STARTS * columns + chunk, sequence.kv().start());
      part.set(STARTS * columns + chunk + 1, sequence.kv().start() + sequence.kv().cells());
      part.set(LENGTHS * columns + chunk, sequence.position() + sequence.count());
    }
  }
}
