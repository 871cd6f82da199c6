package io.chameleon.engine.cuda;

import io.chameleon.engine.SequenceStep;

/**
 * Rows of a step that are left to RoPE's own kernel, since they are not rotated where they are
 * updated. It is given a number for each row up to the last of them: a row's cell, or −1 for one
 * that is not its own.
 */
final class RowsLeft {

  private final StepInput.Part numbers;
  private final int most;
  private int count;

  /**
   * Reserves the place for its numbers.
   *
   * @param rows of a step at most
   */
  RowsLeft(StepInput input, int rows) {
    this.most = rows;
    this.numbers = input.reserve(rows);
  }

  /** Begins with all rows of a step. */
  void begin(StepRows step) {
    if (step.rows() > most) {
      throw new IllegalArgumentException("%d rows of %d".formatted(step.rows(), most));
    }
    count = 0;
    for (SequenceStep sequence : step.steps()) {
      for (int i = 0; i < sequence.count(); i++) {
        numbers.set(count++, sequence.kv().start() + sequence.position() + i);
      }
    }
  }

  /** Takes away those that are done. */
  void remove(StepRows.Segment segment) {
    for (int row = segment.first(); row < segment.end(); row++) {
      numbers.set(row, -1);
    }
  }

  /**
   * Sends what is left.
   *
   * @param step is filled up; where it may be recorded, all of its rows are sent if any is left,
   *     for the launch must not hang on which
   */
  void send(Step step) {
    while (count > 0 && numbers.get(count - 1) < 0) {
      count--;
    }
    if (count > 0 && step.rows().isDecode()) {
      for (; count < step.filled(); count++) {
        numbers.set(count, -1);
      }
    }
    numbers.send(count);
  }

  /** Rows from the first to the last that is left. */
  int count() {
    return count;
  }

  /** Their numbers on the device. */
  long address() {
    return numbers.address();
  }
}
