package io.chameleon.scheduling.chameleon;

import java.util.Arrays;

/**
 * When memory will be free: running requests are expected to end in the order of the tokens they
 * have left, each token taking the same time, and to give their cells back then. Cells that are
 * taken meanwhile, by their growth or by others, are not foreseen. Used again for each estimate, so
 * that it makes no objects. For one thread.
 */
final class FreeTimeEstimate {

  private static final int FIRST_CAPACITY = 64;

  /** Tokens left in the high half, cells in the low one, so that sorting goes by tokens. */
  private long[] running = new long[FIRST_CAPACITY];

  private int count;

  /** Forgets all running requests. */
  void clear() {
    count = 0;
  }

  /**
   * Adds a running request.
   *
   * @param cells that it gives back when it ends, 0 or more
   * @param remainingTokens predicted; one that is past its prediction is expected to end with its
   *     next token
   */
  void add(int cells, int remainingTokens) {
    if (cells < 0) {
      throw new IllegalArgumentException(
          "a request holds %d cells; it must hold 0 or more".formatted(cells));
    }
    if (count == running.length) {
      running = Arrays.copyOf(running, 2 * count);
    }
    running[count] = ((long) Math.max(1, remainingTokens) << Integer.SIZE) | cells;
    count++;
  }

  /**
   * Seconds until so many cells are free.
   *
   * @param neededCells that are to be free
   * @param freeCells that are free now
   * @param secondsPerToken of a step of decode, over 0
   * @return 0 if they are free now, infinity if they will not be when all have ended
   */
  double secondsUntilFree(long neededCells, long freeCells, double secondsPerToken) {
    long free = freeCells;
    if (free >= neededCells) {
      return 0;
    }
    Arrays.sort(running, 0, count);
    for (int i = 0; i < count; i++) {
      free += (int) running[i];
      if (free >= neededCells) {
        return (running[i] >>> Integer.SIZE) * secondsPerToken;
      }
    }
    return Double.POSITIVE_INFINITY;
  }
}
