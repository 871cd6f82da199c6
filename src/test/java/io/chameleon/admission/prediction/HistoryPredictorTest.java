package io.chameleon.admission.prediction;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryPredictorTest {

  private static final long SEED = 20261125;

  private static final int LIMIT = 4096;

  private final HistoryPredictor predictor = new HistoryPredictor(HistorySettings.DEFAULT);

  @Test
  void prediction_withoutHistory_isTheLimit() {
    assertThat(predict("sql")).isEqualTo(LIMIT);
    finish("sql", 12, 4);
    assertThat(predict("sql")).isEqualTo(LIMIT);
    finish("sql", 12, 16);
    assertThat(predict("sql")).isEqualTo(12);
  }

  @Test
  void prediction_ofAdapters_followsTheOutputsOfEach() {
    for (int i = 0; i < 400; i++) {
      finish("intent", 4, 1);
      finish("story", 700, 1);
    }

    assertThat(predict("intent")).isEqualTo(4);
    assertThat(predict("story")).isBetween(640, 704);
  }

  @Test
  void prediction_ofAnAdapterWithoutHistory_isThatOfAll() {
    finish("a", 10, 300);
    finish(null, 10, 300);

    assertThat(predict("b")).isEqualTo(10);
  }

  @Test
  void prediction_ofAnAdapterWithLittleHistory_movesFromThatOfAllToItsOwn() {
    finish("a", 10, 1000);
    int first = predict("b");
    finish("b", 200, 3);
    int little = predict("b");
    finish("b", 200, 60);

    assertThat(first).isEqualTo(10);
    assertThat(little).isEqualTo(10);
    assertThat(predict("b")).isBetween(192, 208);
  }

  @Test
  void prediction_ofRequests_neverExceedsTheirLimit() {
    finish("a", 900, 500);

    assertThat(predictor.predict(request("a", 1, 20))).isEqualTo(20);
  }

  @Test
  void outputs_thatAllRunToTheirLimits_areExpectedTo() {
    for (int i = 0; i < 500; i++) {
      int limit = 10 + i % 300;
      predictor.finished(request("bench", 1, limit), limit);
    }

    assertThat(predictor.predict(request("bench", 1, 77))).isEqualTo(77);
  }

  @Test
  void outputs_thatWereCutOff_doNotShortenThePredictionOfOthers() {
    for (int i = 0; i < 500; i++) {
      predictor.finished(request("a", 1, 50), 50);
      finish("a", 400, 1);
    }

    assertThat(predict("a")).isBetween(384, 416);
  }

  @Test
  void outputs_ofOneLength_areNotPredictedShorterToMeetTheCoverage() {
    for (int i = 0; i < 5000; i++) {
      finish("a", 12, 1);
      if (i > 100) {
        assertThat(predict("a")).isEqualTo(12);
      }
    }
  }

  @Test
  void adapters_beyondTheBound_areForgottenInOrderOfTheirLastOutputs() {
    HistoryPredictor small = new HistoryPredictor(new HistorySettings(0.7, 200, 10, 2, 0));
    for (String adapter : List.of("a", "b", "a", "c")) {
      for (int i = 0; i < 200; i++) {
        small.finished(request(adapter, 1, LIMIT), adapter.equals("b") ? 1000 : 3);
      }
    }

    assertThat(small.rememberedAdapters()).isEqualTo(2);
    assertThat(small.predict(request("a", 1, LIMIT))).isEqualTo(3);
    assertThat(small.predict(request("b", 1, LIMIT)))
        .isEqualTo(small.predict(request("unheard-of", 1, LIMIT)));
  }

  /**
   * Lengths that grow fifty-fold within 6,000 outputs, fall back at once and scatter more and more,
   * faster than the history forgets. A prediction is made before its output is known.
   */
  @ParameterizedTest
  @CsvSource({"0.5", "0.7", "0.9"})
  void coverage_onDriftingLengths_isTheOneStated(double stated) {
    System.out.printf("lengths drawn with seed %d%n", SEED);
    int outputs = 12_000;

    double calibrated = uncovered(settings(stated, 0.02), outputs);
    double left = uncovered(settings(stated, 0), outputs);

    assertThat(1 - calibrated).isCloseTo(stated, within(0.02));
    assertThat(1 - left).as("without calibration").isLessThan(stated - 0.03);
  }

  private static HistorySettings settings(double coverage, double rate) {
    return new HistorySettings(coverage, 1000, 10, 100, rate);
  }

  /** The share of outputs longer than predicted, after a time to learn in. */
  private static double uncovered(HistorySettings settings, int outputs) {
    HistoryPredictor learning = new HistoryPredictor(settings);
    Random chance = new Random(SEED);
    int settled = 500;
    int longer = 0;
    for (int i = 0; i < outputs + settled; i++) {
      int output = drifting(i, chance);
      if (i >= settled && output > learning.predict(request("a", 1, LIMIT))) {
        longer++;
      }
      learning.finished(request("a", 1, LIMIT), output);
    }
    assertThat(learning.measuredCoverage()).isBetween(0.0, 1.0);
    return (double) longer / outputs;
  }

  /** Log-normal; the median rises from 20 by a percent in 15 outputs, and the scatter with it. */
  private static int drifting(int i, Random chance) {
    double median = 20 * Math.exp(i / 1500.0 % 4);
    double scatter = 0.3 + i / 12_000.0 * 0.3;
    double length = median * Math.exp(scatter * chance.nextGaussian());
    return (int) Math.clamp(Math.ceil(length), 1, LIMIT - 1);
  }

  @Test
  void predictions_whileOthersFinish_areWithinTheLimits() {
    System.out.printf("adapters and lengths drawn with seed %d%n", SEED);
    AtomicBoolean done = new AtomicBoolean();
    List<CompletableFuture<Integer>> readers = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      readers.add(CompletableFuture.supplyAsync(() -> askUntil(done)));
    }
    Random chance = new Random(SEED);
    for (int i = 0; i < 50_000; i++) {
      finish("a" + chance.nextInt(6000), 1 + chance.nextInt(200), 1);
    }
    done.set(true);

    assertThat(readers).allSatisfy(reader -> assertThat(reader.join()).isPositive());
    assertThat(predictor.rememberedAdapters()).isEqualTo(4096);
  }

  private int askUntil(AtomicBoolean done) {
    int asked = 0;
    IntUnaryOperator limit = i -> 1 + i % 300;
    do {
      var request = request("a" + asked % 6000, 1, limit.applyAsInt(asked));
      assertThat(predictor.predict(request)).isBetween(1, request.maxTokens());
      asked++;
    } while (!done.get());
    return asked;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 200, 10, 4096, 0.01, 'coverage is 0.0; it must be over 0 and below 1'",
    "1, 200, 10, 4096, 0.01, coverage is 1.0",
    "0.7, 0, 10, 4096, 0.01, window is 0; it must be at least 1",
    "0.7, 200, 0, 4096, 0.01, prior-weight is 0.0; it must be over 0 and finite",
    "0.7, 200, 10, 0, 0.01, adapters is 0; it must be at least 1",
    "0.7, 200, 10, 4096, 1.1, calibration-rate is 1.1; it must be 0 to 1",
  })
  void settings_outOfRange_areRefusedWithTheLimit(
      double coverage, int window, double prior, int adapters, double rate, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HistorySettings(coverage, window, prior, adapters, rate))
        .withMessageContaining("chameleon.predictor." + message);
  }

  private int predict(String adapter) {
    return predictor.predict(request(adapter, 1, LIMIT));
  }

  private void finish(@Nullable String adapter, int tokens, int times) {
    for (int i = 0; i < times; i++) {
      predictor.finished(request(adapter, 1, LIMIT), tokens);
    }
  }
}
