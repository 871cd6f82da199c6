package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.request.InferenceRequest;
import io.chameleon.workload.TracedRequest;
import io.chameleon.workload.Workload;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PredictorFactoryTest {

  private static final int COUNT = 400;

  private final SimulatedRequests requests =
      new SimulatedRequests(
          new Workload(
              IntStream.range(0, COUNT)
                  .mapToObj(k -> new TracedRequest(k, 9, 1 + k, 1000, TracedRequest.BASE_MODEL, 3))
                  .toList()));

  private List<InferenceRequest> all() {
    return IntStream.range(0, COUNT).mapToObj(requests::request).toList();
  }

  private long right(PredictorFactory factory) {
    OutputLengthPredictor predictor =
        factory.create(requests::outputTokens, requests.outputLengths());
    return all().stream()
        .filter(request -> predictor.predict(request) == requests.outputTokens(request))
        .count();
  }

  @Test
  void oracle_ofAnAccuracy_isRightThatOften() {
    assertThat(right(PredictorFactory.oracle(1, 5))).isEqualTo(COUNT);
    assertThat(right(PredictorFactory.oracle(0.6, 5))).isBetween(210L, 270L);
  }

  @Test
  void declared_isWhatTheClientAllows() {
    OutputLengthPredictor predictor =
        PredictorFactory.declared().create(requests::outputTokens, requests.outputLengths());

    assertThat(all()).allMatch(request -> predictor.predict(request) == 1000);
  }

  @Test
  void request_ofATenant_countsAgainstIt() {
    assertThat(requests.request(2).terms().fairnessKey()).isEqualTo("tenant-3");
    assertThat(requests.request(2).id()).isEqualTo("2");
  }
}
