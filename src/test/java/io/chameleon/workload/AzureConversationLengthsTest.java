package io.chameleon.workload;

import static io.chameleon.workload.Statistics.correlation;
import static io.chameleon.workload.Statistics.mean;
import static io.chameleon.workload.Statistics.quantile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fit against the published numbers, and against the trace itself where there is one. */
class AzureConversationLengthsTest {

  private static final Path TRACE =
      Path.of(System.getProperty("chameleon.traces", "../shared/data/traces"))
          .resolve("AzureLLMInferenceTrace_conv.csv");

  private static final int MANY = 500_000;

  /** Lengths side by side. */
  private record Sample(double[] input, double[] output) {

    static Sample of(Stream<RequestLengths> lengths) {
      List<RequestLengths> all = lengths.toList();
      return new Sample(
          all.stream().mapToDouble(RequestLengths::inputTokens).toArray(),
          all.stream().mapToDouble(RequestLengths::outputTokens).toArray());
    }

    static Sample drawn(long seed, int count) {
      return of(
          Stream.generate(new AzureConversationLengths().over(Chance.ofSeed(seed))).limit(count));
    }

    double[] total() {
      return IntStream.range(0, input.length).mapToDouble(k -> input[k] + output[k]).toArray();
    }

    /** Mean output of the requests whose input is in a range. */
    double meanOutput(int from, int to) {
      return IntStream.range(0, input.length)
          .filter(k -> input[k] >= from && input[k] < to)
          .mapToDouble(k -> output[k])
          .average()
          .orElseThrow();
    }
  }

  @Test
  void fit_overManyDraws_hasThePublishedNumbers() {
    Sample drawn = Sample.drawn(Chance.SEED, MANY);

    assertThat(mean(drawn.input)).isCloseTo(1155, withinPercentage(1));
    assertThat(quantile(drawn.input, 0.5)).isCloseTo(1020, withinPercentage(1));
    assertThat(quantile(drawn.input, 0.9)).isCloseTo(2735, withinPercentage(2));
    assertThat(quantile(drawn.input, 0.99)).isCloseTo(4142, withinPercentage(1));
    assertThat(quantile(drawn.input, 1)).isCloseTo(14_050, withinPercentage(1));
    assertThat(mean(drawn.output)).isCloseTo(211, withinPercentage(1));
    assertThat(quantile(drawn.output, 0.5)).isCloseTo(129, withinPercentage(1));
    assertThat(quantile(drawn.output, 0.9)).isCloseTo(424, withinPercentage(1));
    assertThat(quantile(drawn.output, 0.99)).isCloseTo(601, withinPercentage(1));
    assertThat(quantile(drawn.output, 1)).isCloseTo(1000, withinPercentage(1));
    assertThat(correlation(drawn.input, drawn.output)).isCloseTo(-0.11, within(0.02));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void draws_asManyAsTheTraceHas_staysWithinTheirOwnChance(long seed) {
    Sample drawn = Sample.drawn(seed, WorkloadSpec.PAPER_REQUESTS);

    assertThat(mean(drawn.input)).isCloseTo(1155, withinPercentage(2));
    assertThat(quantile(drawn.input, 0.5)).isCloseTo(1020, withinPercentage(1));
    // From the 87.5th to the 92.5th percentile inputs go from 2,309 to 4,075, and from the 99th to
    // the 99.5th to 4,831.
    assertThat(quantile(drawn.input, 0.9)).isCloseTo(2735, withinPercentage(12));
    assertThat(quantile(drawn.input, 0.99)).isCloseTo(4142, withinPercentage(8));
    assertThat(mean(drawn.output)).isCloseTo(211, withinPercentage(2));
    assertThat(quantile(drawn.output, 0.5)).isCloseTo(129, withinPercentage(4));
    assertThat(quantile(drawn.output, 0.9)).isCloseTo(424, withinPercentage(1));
    assertThat(quantile(drawn.output, 0.99)).isCloseTo(601, withinPercentage(4));
    assertThat(correlation(drawn.input, drawn.output)).isCloseTo(-0.11, within(0.04));
  }

  @Test
  void outputs_betweenTheirTwoHumps_areNextToNone() {
    Sample drawn = Sample.drawn(Chance.SEED, MANY);

    double below = Arrays.stream(drawn.output).filter(o -> o <= 217).count() / (double) MANY;
    double above = Arrays.stream(drawn.output).filter(o -> o >= 371).count() / (double) MANY;

    assertThat(below).isCloseTo(0.654, within(0.005));
    assertThat(1 - below - above).isCloseTo(0.016, within(0.005));
  }

  @Test
  void fit_besideTheTrace_hasItsTwentiethsItsTotalsAndItsMiddleHump() {
    assumeThat(TRACE)
        .as("the trace is published, not kept here: give its folder by -Dchameleon.traces")
        .matches(Files::isReadable);
    Trace read = TraceFile.read(TRACE);
    Sample trace = Sample.of(read.workload().requests().stream().map(TracedRequest::lengths));
    Sample drawn = Sample.drawn(Chance.SEED, MANY);

    for (int percent = 5; percent < 100; percent += 5) {
      double share = percent / 100.0;
      assertThat(quantile(drawn.input, share))
          .as("input, percentile %d", percent)
          .isCloseTo(quantile(trace.input, share), withinPercentage(2));
      assertThat(quantile(drawn.output, share))
          .as("output, percentile %d", percent)
          .isCloseTo(quantile(trace.output, share), withinPercentage(2));
    }
    for (double share : new double[] {0.25, 0.5, 0.75, 0.9, 0.95, 0.99}) {
      assertThat(quantile(drawn.total(), share))
          .as("input and output, share %s", share)
          .isCloseTo(quantile(trace.total(), share), withinPercentage(5));
    }
    int[] bounds = {0, 500, 1000, 1300, 2000, 3000, 15_000};
    for (int k = 1; k < bounds.length; k++) {
      assertThat(drawn.meanOutput(bounds[k - 1], bounds[k]))
          .as("mean output of inputs from %d to %d", bounds[k - 1], bounds[k])
          .isCloseTo(trace.meanOutput(bounds[k - 1], bounds[k]), within(60.0));
    }
  }
}
