package io.chameleon.scheduling.chameleon;

/**
 * Who may pass a head that waits for memory, and who must give way to it again (paper, section
 * 4.3.4). R1 is the head: it fits its quota, but its memory is not free even with every idle
 * adapter evicted, or not to be had without others waiting for it. R2 is a younger request of the
 * same class.
 *
 * @param bypass whether anybody may pass
 * @param squash whether who has passed may be stopped again
 */
record BypassRule(boolean bypass, boolean squash) {

  /**
   * Whether R2, which has memory, may start before R1: it is expected to have ended when R1's
   * memory is free. One at a time for each head, which the paper leaves open.
   *
   * @param passing requests that have passed R1 and still run
   * @param secondsUntilFree predicted time until R1's memory is free; infinity if it never is
   * @param runSeconds predicted time that R2 runs
   */
  boolean mayPass(int passing, double secondsUntilFree, double runSeconds) {
    return bypass && passing == 0 && secondsUntilFree > runSeconds;
  }

  /**
   * Whether R2, which has passed R1 and still runs, is to be stopped so that R1 can start: its
   * memory is all that is missing.
   *
   * @param freeCells with every idle adapter evicted
   * @param passingCells that R2 would give back
   * @param neededCells that R1 needs
   */
  boolean mustGiveWay(long freeCells, long passingCells, long neededCells) {
    return squash && freeCells + passingCells >= neededCells;
  }
}
