package io.chameleon.bench;

import io.chameleon.workload.TracedRequest;
import java.util.List;
import java.util.Locale;

/**
 * A request that was sent by the clock; times are nanoseconds from the load's start.
 *
 * @param request what was asked for
 * @param dueNanos when it was to be sent
 * @param sentNanos when it was sent
 * @param reply what came back
 */
record Sent(TracedRequest request, long dueNanos, long sentNanos, Reply reply) {

  private static final double NANOS_PER_MS = 1e6;

  private static final double TAIL = 0.99;

  /** How much too late it was sent. */
  double latenessMs() {
    return (sentNanos - dueNanos) / NANOS_PER_MS;
  }

  /** From when it was due to a moment. */
  double msTo(long nanos) {
    return (nanos - dueNanos) / NANOS_PER_MS;
  }

  /** The 99th percentile of how late requests were sent. */
  static double lateness(List<Sent> all) {
    return Timings.percentile(TAIL, all.stream().mapToDouble(Sent::latenessMs).toArray());
  }

  /**
   * Looks whether a generator kept to the clock; what one measures that did not is its own delay.
   *
   * @param mostMs bound of the 99th percentile
   * @throws LateGeneratorException if it did not
   */
  static void requireOnTime(List<Sent> all, double mostMs) {
    double late = lateness(all);
    if (late > mostMs) {
      throw new LateGeneratorException(
          String.format(
              Locale.ROOT,
              "the generator was late by %.1f ms (P99 of %d requests), over the bound of %.1f ms;"
                  + " such a run is not reported",
              late,
              all.size(),
              mostMs));
    }
  }

  /** The generator did not keep to the clock. */
  static final class LateGeneratorException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    LateGeneratorException(String message) {
      super(message);
    }
  }
}
