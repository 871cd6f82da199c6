package io.chameleon.simulation;

import java.io.PrintStream;

/** Hears how far a sweep is. Called by one thread at a time. */
@FunctionalInterface
public interface SweepProgress {

  /** Nobody wants to know. */
  SweepProgress NONE = (finished, all, label) -> {};

  /**
   * A run has ended.
   *
   * @param finished runs that have ended, this one among them
   * @param all runs of the sweep
   * @param label of the run that has ended
   */
  void ended(int finished, int all, String label);

  /** One line of a terminal that is written over and over; the last one stays. */
  static SweepProgress on(PrintStream terminal) {
    return (finished, all, label) -> {
      terminal.printf("\r\u001b[K%d of %d runs, %s", finished, all, label);
      if (finished == all) {
        terminal.println();
      }
      terminal.flush();
    };
  }
}
