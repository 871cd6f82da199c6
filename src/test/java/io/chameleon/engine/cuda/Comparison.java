package io.chameleon.engine.cuda;

/**
 * What a part of a step left in a tensor, beside what its twin left there and what was there
 * before.
 *
 * @param before what both began with
 * @param twin what the twin left
 * @param checked what is checked
 * @param written where the part writes
 */
record Comparison(Contents before, Contents twin, Contents checked, Region written) {

  /** What a part does to numbers of a tensor. */
  enum Use {
    /** It writes each of them. */
    WRITTEN,

    /** It leaves them as they are. */
    KEPT,

    /** Nobody reads them afterwards. */
    FREE
  }

  /** Which numbers a part writes. */
  @FunctionalInterface
  interface Region {
    Use at(long row, int column);

    /** All columns of the first rows. */
    static Region rows(int rows) {
      return (row, column) -> row < rows ? Use.WRITTEN : Use.KEPT;
    }
  }

  /**
   * The largest error of a row: the distance of what was written to what the twin wrote, divided by
   * the length of the latter.
   *
   * @throws AssertionError if a number was not written, is none, or was written and should not be
   */
  double error() {
    double largest = 0;
    int columns = (int) before.columns();
    for (long row = 0; row < before.rows(); row++) {
      largest = Math.max(largest, error(row, columns));
    }
    return largest;
  }

  private double error(long row, int columns) {
    double distance = 0;
    double length = 0;
    for (int column = 0; column < columns; column++) {
      long at = row * columns + column;
      switch (written.at(row, column)) {
        case WRITTEN -> {
          double expected = twin.get(at);
          double off = number(at, row, column, expected) - expected;
          distance += off * off;
          length += expected * expected;
        }
        case KEPT -> requireKept(at, row, column);
        case FREE -> {}
      }
    }
    return distance == 0 ? 0 : Math.sqrt(distance / length);
  }

  private double number(long at, long row, int column, double expected) {
    if (Double.isNaN(expected)) {
      throw new AssertionError(
          "the twin gives no number in row %d, column %d".formatted(row, column));
    }
    if (checked.isPoison(at)) {
      throw new AssertionError("row %d, column %d was not written".formatted(row, column));
    }
    double number = checked.get(at);
    if (!Double.isFinite(number)) {
      throw new AssertionError("row %d, column %d is %s".formatted(row, column, number));
    }
    return number;
  }

  private void requireKept(long at, long row, int column) {
    if (checked.bits(at) != before.bits(at)) {
      throw new AssertionError(
          "row %d, column %d was written: %s, before %s"
              .formatted(row, column, checked.get(at), before.get(at)));
    }
  }
}
