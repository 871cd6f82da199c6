package io.chameleon.workload;

import static io.chameleon.workload.Statistics.chiSquareDeviations;
import static io.chameleon.workload.Statistics.gaps;
import static io.chameleon.workload.Statistics.mean;
import static io.chameleon.workload.Statistics.variation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalLawTest {

  private static final int MANY = 200_000;

  @Test
  void poisson_gaps_areExponential() {
    double[] gaps = gaps(drawn(new PoissonArrivals(), 8, MANY));

    long[] counts = new long[10];
    Arrays.stream(gaps).forEach(gap -> counts[(int) (10 * -Math.expm1(-8 * gap))]++);
    double[] even = DoubleStream.generate(() -> 1).limit(10).toArray();
    assertThat(mean(gaps)).isCloseTo(1.0 / 8, withinPercentage(1));
    assertThat(chiSquareDeviations(counts, even)).isLessThan(4);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 1, 2, 5})
  void gamma_gaps_haveTheRateAndTheVariation(double variation) {
    double[] gaps = gaps(drawn(new GammaArrivals(variation), 4, MANY));

    assertThat(mean(gaps)).isCloseTo(0.25, withinPercentage(4));
    assertThat(variation(gaps)).isCloseTo(variation, withinPercentage(4));
  }

  @Test
  void gamma_ofShapeFour_hasItsThirdMoment() {
    double[] gaps = gaps(drawn(new GammaArrivals(0.5), 1, MANY));

    double mean = mean(gaps);
    double third = Arrays.stream(gaps).map(g -> Math.pow(g - mean, 3)).average().orElseThrow();
    double deviation = variation(gaps) * mean;
    assertThat(third / Math.pow(deviation, 3)).isCloseTo(2 / Math.sqrt(4), within(0.05));
  }

  @Test
  void bursts_everyPeriod_haveTheFactorWithinThemAlone() {
    BurstArrivals law = new BurstArrivals(5, 20, 40, 100);

    double[] times = drawn(law, 10, MANY);

    long periods = (long) (times[times.length - 1] / 100);
    double[] whole = Arrays.stream(times).filter(t -> t < periods * 100).toArray();
    long inside = Arrays.stream(whole).filter(t -> t % 100 >= 20 && t % 100 < 40).count();
    assertThat(inside / (20.0 * periods)).isCloseTo(50, withinPercentage(2));
    assertThat((whole.length - inside) / (80.0 * periods)).isCloseTo(10, withinPercentage(2));
    assertThat(whole.length / (100.0 * periods))
        .isCloseTo(10 * law.meanFactor(), withinPercentage(2));
  }

  @Test
  void burst_once_comesNoMore() {
    double[] times = drawn(BurstArrivals.once(5, 100, 200), 10, 20_000);

    assertThat(countBetween(times, 0, 100)).isCloseTo(1000, within(130L));
    assertThat(countBetween(times, 100, 200)).isCloseTo(5000, within(280L));
    assertThat(countBetween(times, 200, 1200)).isCloseTo(10_000, within(400L));
  }

  @Test
  void diurnal_rate_followsASineAndKeepsTheMean() {
    double[] times = drawn(new DiurnalArrivals(0.8, 60), 20, MANY);

    long periods = (long) (times[times.length - 1] / 60);
    long[] counts = new long[12];
    Arrays.stream(times).filter(t -> t < periods * 60).forEach(t -> counts[(int) (t % 60 / 5)]++);
    double[] expected =
        IntStream.range(0, 12)
            .mapToDouble(
                k -> 5 + 0.8 * 60 / (2 * Math.PI) * (cosine(k / 12.0) - cosine((k + 1) / 12.0)))
            .toArray();
    assertThat(chiSquareDeviations(counts, expected)).isLessThan(4);
    assertThat(Arrays.stream(counts).sum() / (60.0 * periods)).isCloseTo(20, withinPercentage(2));
  }

  @Test
  void traceArrivals_atAnotherRate_keepTheShapeAndGoRound() {
    Workload trace =
        new Workload(
            List.of(
                new TracedRequest(2, 1, 1, -1),
                new TracedRequest(3, 1, 1, -1),
                new TracedRequest(6, 1, 1, -1)));

    double[] times = drawn(new TraceArrivals(trace), 1, 7);

    // Two gaps in 4 s are a rate of 0.5; the mean gap follows the last.
    assertThat(times).containsExactly(new double[] {0, 0.5, 2, 3, 3.5, 5, 6}, within(1e-9));
  }

  @Test
  void everyLaw_times_ascend() {
    List<ArrivalLaw> laws =
        List.of(
            new PoissonArrivals(),
            new GammaArrivals(8),
            new BurstArrivals(0.2, 0, 1, 3),
            new DiurnalArrivals(1, 10));

    for (ArrivalLaw law : laws) {
      assertThat(Arrays.stream(gaps(drawn(law, 3, 1000))))
          .as(law.toString())
          .allMatch(gap -> gap >= 0);
    }
  }

  @Test
  void parameters_beyondTheirLimits_areRefused() {
    assertThatThrownBy(() -> new GammaArrivals(0))
        .hasMessageContaining("is 0.0; it must be over 0");
    assertThatThrownBy(() -> new BurstArrivals(2, 5, 5, 10))
        .hasMessageContaining("a burst from 5.0 to 5.0 s of every 10.0 s");
    assertThatThrownBy(() -> new DiurnalArrivals(1.5, 10)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> new PoissonArrivals().times(-1, Chance.fixed()))
        .hasMessageContaining("the rate of arrivals is -1.0");
  }

  private static double cosine(double turns) {
    return Math.cos(2 * Math.PI * turns);
  }

  private static long countBetween(double[] times, double from, double to) {
    return Arrays.stream(times).filter(t -> t >= from && t < to).count();
  }

  private static double[] drawn(ArrivalLaw law, double rate, int count) {
    DoubleSupplier times = law.times(rate, Chance.fixed());
    return DoubleStream.generate(times).limit(count).toArray();
  }
}
