package io.chameleon.engine.cuda;

import java.util.stream.IntStream;

/**
 * Numbers of rows to which steps with prompts are filled up. Whenever cuBLAS meets a new number it
 * looks for the fastest algorithm anew, for each matrix, which takes longer than some rows more.
 */
final class ProductRows {

  /** Up to here products are not cuBLAS's. */
  private static final int FEW = 8;

  private static final int FINEST = 32;

  private static final int TIMES_FINER = 16;

  private ProductRows() {}

  /** The least number that is at least so many rows. */
  static int atLeast(int rows) {
    if (rows <= FEW) {
      return rows;
    }
    int step = FINEST;
    while (rows > TIMES_FINER * step) {
      step *= 2;
    }
    return (rows + step - 1) / step * step;
  }

  /** The same, if there is memory for so many; else all that there is memory for. */
  static int atLeast(int rows, int most) {
    return Math.min(atLeast(rows), most);
  }

  /** All such numbers that cuBLAS meets in steps of so many rows at most. */
  static IntStream upTo(int most) {
    return IntStream.rangeClosed(FEW + 1, most).map(rows -> atLeast(rows, most)).distinct();
  }
}
