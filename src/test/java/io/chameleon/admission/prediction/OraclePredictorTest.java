package io.chameleon.admission.prediction;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.request.InferenceRequest;
import io.chameleon.request.SamplingParams;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OraclePredictorTest {

  private static final int TRUTH = 77;

  private static final int[] LENGTHS = {10, 20, 20, 40};

  private static final int REQUESTS = 20_000;

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.6, 0.8, 1})
  void truth_isToldAsOftenAsItIsAskedFor(double accuracy) {
    OraclePredictor oracle = oracle(accuracy, 1);

    int[] predicted = IntStream.range(0, REQUESTS).map(i -> oracle.predict(numbered(i))).toArray();

    double guesses = (1 - accuracy) * REQUESTS;
    double tolerance = 0.015 * REQUESTS;
    assertThat((double) count(predicted, TRUTH)).isCloseTo(accuracy * REQUESTS, within(tolerance));
    assertThat((double) count(predicted, 20)).isCloseTo(guesses / 2, within(tolerance));
    assertThat((double) count(predicted, 40)).isCloseTo(guesses / 4, within(tolerance));
    assertThat(count(predicted, TRUTH) + guesses).isCloseTo(REQUESTS, within(tolerance));
  }

  @Test
  void prediction_ofARequest_isAlwaysTheSame() {
    InferenceRequest request = numbered(5);

    assertThat(oracle(0.5, 1).predict(request)).isEqualTo(oracle(0.5, 1).predict(request));
    assertThat(IntStream.range(0, 100).map(i -> oracle(0.5, 1).predict(numbered(i))).toArray())
        .isNotEqualTo(
            IntStream.range(0, 100).map(i -> oracle(0.5, 2).predict(numbered(i))).toArray());
  }

  @Test
  void prediction_neverExceedsTheLimit() {
    assertThat(oracle(1, 1).predict(request(1, 9))).isEqualTo(9);
    assertThat(new OraclePredictor(r -> 0, 1, LENGTHS, 1).predict(request(1, 9))).isEqualTo(1);
  }

  @Test
  void oracle_ofImpossibleAccuracyOrNothingToDraw_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle(1.1, 1))
        .withMessage("accuracy is 1.1; it must be 0 to 1");
    assertThatIllegalArgumentException().isThrownBy(() -> oracle(Double.NaN, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new OraclePredictor(r -> 1, 0, new int[0], 1))
        .withMessage("0 lengths to draw from; there must be at least 1");
  }

  private static OraclePredictor oracle(double accuracy, long seed) {
    return new OraclePredictor(request -> TRUTH, accuracy, LENGTHS, seed);
  }

  private static InferenceRequest numbered(int number) {
    return new InferenceRequest(
        "request-" + number, null, new int[] {1}, 4096, SamplingParams.greedy());
  }

  private static long count(int[] values, int value) {
    return IntStream.of(values).filter(v -> v == value).count();
  }
}
