package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What a step has chosen, on the host: where it comes to from the device, and which rows the host
 * is left to choose for.
 */
final class Choices {

  /** Numbers of {@code struct SampleResult}. */
  static final int RESULT = 4;

  private static final int STATUS = 2;

  private final MemorySegment results;
  private final boolean[] onHost;
  private int rows;

  /**
   * For steps of so many rows.
   *
   * @param results 16 bytes for each
   */
  Choices(MemorySegment results, int rows) {
    this.results = results;
    this.onHost = new boolean[rows];
  }

  /** For a step of so many rows, all left to the host or none. */
  void reset(int count, boolean host) {
    rows = count;
    Arrays.fill(onHost, 0, count, host);
  }

  /** Leaves a row to the host. */
  void leaveToHost(int row) {
    onHost[row] = true;
  }

  boolean isOnHost(int row) {
    return onHost[row];
  }

  /** Whether the device chooses for all rows. */
  boolean isAllOnDevice() {
    for (int row = 0; row < rows; row++) {
      if (onHost[row]) {
        return false;
      }
    }
    return true;
  }

  /** Where the device's choices come to. */
  long address() {
    return results.address();
  }

  /** The token of a row. */
  int token(int row) {
    return results.getAtIndex(JAVA_INT, (long) row * RESULT);
  }

  float logprob(int row) {
    return results.getAtIndex(JAVA_FLOAT, (long) row * RESULT + 1);
  }

  /** 0, 1 where a logit is NaN, 2 where the largest is infinite. */
  int status(int row) {
    return results.getAtIndex(JAVA_INT, (long) row * RESULT + STATUS);
  }
}
