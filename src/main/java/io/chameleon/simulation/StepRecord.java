package io.chameleon.simulation;

import java.util.Arrays;

/**
 * A step that a real engine has made, as a line of a step log has it.
 *
 * @param startNanos when it began, on the engine's clock
 * @param endNanos when it had ended
 * @param load what it had to do
 */
public record StepRecord(long startNanos, long endNanos, StepLoad load) {

  private static final int FIELDS = 8;

  /** Reads a line. */
  public static StepRecord parse(String line) {
    long[] values = Arrays.stream(line.split(",", -1)).mapToLong(Long::parseLong).toArray();
    if (values.length != FIELDS) {
      throw new IllegalArgumentException(
          "a step of %d numbers; there must be %d: %s".formatted(values.length, FIELDS, line));
    }
    return new StepRecord(
        values[0],
        values[1],
        new StepLoad(
            Math.toIntExact(values[2]),
            values[3],
            values[4],
            Math.toIntExact(values[5]),
            values[6],
            Math.toIntExact(values[7])));
  }

  /** As a line, without its end. */
  String line() {
    return "%d,%d,%d,%d,%d,%d,%d,%d"
        .formatted(
            startNanos,
            endNanos,
            load.prefillTokens(),
            load.prefillTokenRanks(),
            load.prefillPairs(),
            load.decodeRows(),
            load.contextTokens(),
            load.rankSum());
  }

  /** Nanoseconds that it took. */
  public long nanos() {
    return endNanos - startNanos;
  }
}
