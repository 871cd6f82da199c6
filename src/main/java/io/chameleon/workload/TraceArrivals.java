package io.chameleon.workload;

import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/**
 * The arrivals of a trace, with time stretched to the rate that is asked for; the first is at 0,
 * and after the last, a mean gap later, comes the first again.
 *
 * @param trace at least two requests, not all at once; its lengths and adapters are not taken
 */
public record TraceArrivals(Workload trace) implements ArrivalLaw {

  @Override
  public DoubleSupplier times(double rate, RandomGenerator random) {
    return new Stretched(trace.atRate(rate));
  }

  /** Goes round. */
  private static final class Stretched implements DoubleSupplier {

    private final List<TracedRequest> requests;
    private final double first;
    private final double roundSeconds;
    private int next;
    private int rounds;

    Stretched(Workload trace) {
      requests = trace.requests();
      first = requests.getFirst().seconds();
      roundSeconds = trace.size() / trace.meanRate();
    }

    @Override
    public double getAsDouble() {
      double seconds = rounds * roundSeconds + requests.get(next).seconds() - first;
      next++;
      if (next == requests.size()) {
        next = 0;
        rounds++;
      }
      return seconds;
    }
  }
}
