package io.chameleon.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.request.SamplingParams;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frequencies over 20,000 draws against the plain sampler's probabilities. Pearson's statistic must
 * stay below its 99.9 % quantile; tokens expected under 5 times are taken together.
 */
class SamplingFrequencyTest {

  private static final int DRAWS = 20_000;
  private static final double NORMAL_QUANTILE_999 = 3.0902;

  private static SamplingParams params(
      double temperature, double topP, int topK, double minP, long seed) {
    return new SamplingParams(
        temperature, topP, topK, minP, 0, 0, 1, Map.of(3, 1.5f), seed, 0, false, Set.of(), -1);
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        Arguments.of("plain", params(1, 1, 0, 0, 1), 1.5),
        Arguments.of("hot", params(1.9, 1, 0, 0, 2), 1.5),
        Arguments.of("cold", params(0.4, 1, 0, 0, 3), 1.5),
        Arguments.of("top-k", params(1, 1, 12, 0, 4), 1.5),
        Arguments.of("top-p", params(1, 0.8, 0, 0, 5), 1.5),
        Arguments.of("top-k and top-p", params(1.2, 0.9, 30, 0, 6), 1.5),
        Arguments.of("min-p", params(1, 1, 0, 0.1, 7), 1.5),
        Arguments.of("all", params(1.1, 0.95, 50, 0.02, 8), 1.5),
        Arguments.of("flat, top-p", params(1, 0.9, 0, 0, 9), 0.01),
        Arguments.of("flat, top-k", params(1, 1, 64, 0, 10), 0.01));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("settings")
  void draws_ofOneSequence_followTheDistribution(
      String name, SamplingParams params, double spread) {
    float[] logits = logits(spread);
    SequenceSampler sampler = new SequenceSampler(params);
    int[] seen = new int[logits.length];
    for (int i = 0; i < DRAWS; i++) {
      seen[sampler.next(logits, 0, logits.length).token()]++;
    }
    assertFollows(seen, shares(logits, params));
  }

  @Test
  void firstDraws_ofManySeeds_followTheDistribution() {
    float[] logits = logits(1.5);
    int[] seen = new int[logits.length];
    for (long seed = 0; seed < DRAWS; seed++) {
      SequenceSampler sampler = new SequenceSampler(params(1, 1, 0, 0, seed));
      seen[sampler.next(logits, 0, logits.length).token()]++;
    }
    assertFollows(seen, shares(logits, params(1, 1, 0, 0, 0)));
  }

  @Test
  void statistic_ofAnotherDistribution_isFarAbove() {
    float[] logits = logits(1.5);
    SequenceSampler sampler = new SequenceSampler(params(1, 1, 0, 0, 1));
    int[] seen = new int[logits.length];
    for (int i = 0; i < DRAWS; i++) {
      seen[sampler.next(logits, 0, logits.length).token()]++;
    }
    List<PlainSampler.Share> other = shares(logits, params(1.1, 1, 0, 0, 1));
    assertThat(statistic(seen, other)).isGreaterThan(quantile(degrees(other)));
  }

  private static float[] logits(double spread) {
    Random random = new Random(17);
    float[] logits = new float[120];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (random.nextGaussian() * spread);
    }
    return logits;
  }

  private static List<PlainSampler.Share> shares(float[] logits, SamplingParams params) {
    return PlainSampler.shares(
        PlainSampler.adjusted(logits, params, List.of(), List.of(), Set.of()), params);
  }

  private static void assertFollows(int[] seen, List<PlainSampler.Share> shares) {
    int allowed = 0;
    for (PlainSampler.Share share : shares) {
      allowed += seen[share.token()];
    }
    assertThat(allowed).as("draws within the filters").isEqualTo(DRAWS);
    assertThat(statistic(seen, shares)).isLessThan(quantile(degrees(shares)));
  }

  private static double statistic(int[] seen, List<PlainSampler.Share> shares) {
    double statistic = 0;
    double rareExpected = 0;
    double rareSeen = 0;
    for (PlainSampler.Share share : shares) {
      double expected = share.probability() * DRAWS;
      if (expected < 5) {
        rareExpected += expected;
        rareSeen += seen[share.token()];
      } else {
        statistic += square(seen[share.token()] - expected) / expected;
      }
    }
    return rareExpected == 0
        ? statistic
        : statistic + square(rareSeen - rareExpected) / rareExpected;
  }

  private static int degrees(List<PlainSampler.Share> shares) {
    long common = shares.stream().filter(s -> s.probability() * DRAWS >= 5).count();
    return (int) (common == shares.size() ? common - 1 : common);
  }

  /** The 99.9 % quantile of chi-square, by Wilson and Hilferty. */
  private static double quantile(int degrees) {
    double a = 2.0 / (9 * degrees);
    double cube = 1 - a + NORMAL_QUANTILE_999 * Math.sqrt(a);
    return degrees * cube * cube * cube;
  }

  private static double square(double x) {
    return x * x;
  }
}
