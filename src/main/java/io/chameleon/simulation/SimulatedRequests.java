package io.chameleon.simulation;

import io.chameleon.request.InferenceRequest;
import io.chameleon.request.SamplingParams;
import io.chameleon.request.ServiceTerms;
import io.chameleon.workload.TracedRequest;
import io.chameleon.workload.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The requests of a workload as the service sees them; the id is the number in the workload. */
final class SimulatedRequests {

  private final List<TracedRequest> requests;

  /** Prompts by length: what is in them does not matter. */
  private final Map<Integer, int[]> prompts = new HashMap<>();

  SimulatedRequests(Workload workload) {
    this.requests = workload.requests();
  }

  /** A request of the workload. */
  InferenceRequest request(int number) {
    TracedRequest request = requests.get(number);
    boolean isBase = request.adapter() == TracedRequest.BASE_MODEL;
    return new InferenceRequest(
        Integer.toString(number),
        isBase ? null : SimulatedAdapters.name(request.adapter()),
        prompts.computeIfAbsent(request.inputTokens(), int[]::new),
        request.maxTokens(),
        SamplingParams.greedy(),
        terms(request));
  }

  private static ServiceTerms terms(TracedRequest request) {
    return request.tenant() == TracedRequest.NO_TENANT
        ? ServiceTerms.DEFAULT
        : new ServiceTerms(null, 0, "tenant-" + request.tenant());
  }

  /** How many tokens a request will generate. */
  int outputTokens(InferenceRequest request) {
    return requests.get(Integer.parseInt(request.id())).outputTokens();
  }

  /** What all of them will generate. */
  int[] outputLengths() {
    return requests.stream().mapToInt(TracedRequest::outputTokens).toArray();
  }
}
