package io.chameleon.simulation.paper;

import io.chameleon.scheduling.chameleon.ChameleonPolicyProperties;
import io.chameleon.scheduling.chameleon.SizeClasses;
import io.chameleon.simulation.RequestOutcome;
import io.chameleon.workload.AdapterMix;
import io.chameleon.workload.TracedRequest;
import io.chameleon.workload.WorkloadSpec;
import java.util.List;

/**
 * Small, medium and large requests: the classes that Chameleon's rule makes of the paper's workload
 * where it is to make three, as Fig. 16 shows three. They are the same for every system.
 */
final class RequestClasses {

  /** The names, smallest first. */
  static final List<String> NAMES = List.of("small", "medium", "large");

  /** Enough for stable cut-offs; clustering takes time. */
  private static final int SAMPLE = 4000;

  private final SizeClasses classes;

  private RequestClasses(SizeClasses classes) {
    this.classes = classes;
  }

  /**
   * The classes of a workload.
   *
   * @param properties of the policy; {@code k-max} of them is how many there are
   */
  static RequestClasses of(ChameleonPolicyProperties properties, WorkloadSpec spec) {
    AdapterMix mix = spec.adapters();
    List<SizeClasses.Request> sample =
        spec.withCount(SAMPLE).generate(1).requests().stream()
            .map(request -> size(request, mix.rank(request.adapter())))
            .toList();
    return new RequestClasses(SizeClasses.of(properties, sample));
  }

  int count() {
    return classes.count();
  }

  List<Double> cutOffs() {
    return classes.cutOffs();
  }

  int of(RequestOutcome outcome) {
    return classes.of(size(outcome.request(), outcome.rank()));
  }

  private static SizeClasses.Request size(TracedRequest request, int rank) {
    return new SizeClasses.Request(request.inputTokens(), request.outputTokens(), rank);
  }
}
