package io.chameleon.workload;

import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The lengths of a trace in its order; after the last comes the first again.
 *
 * @param trace whose lengths and allowed tokens are taken; its times and adapters are not
 */
public record TraceLengths(Workload trace) implements LengthLaw {

  @Override
  public Supplier<RequestLengths> over(RandomGenerator random) {
    return new InOrder(trace.requests());
  }

  /** Goes round. */
  private static final class InOrder implements Supplier<RequestLengths> {

    private final List<TracedRequest> requests;
    private int next;

    InOrder(List<TracedRequest> requests) {
      this.requests = requests;
    }

    @Override
    public RequestLengths get() {
      RequestLengths lengths = requests.get(next).lengths();
      next = (next + 1) % requests.size();
      return lengths;
    }
  }
}
