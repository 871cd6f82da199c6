package io.chameleon.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadSpecTest {

  private static final long SEED = 42;

  private final WorkloadSpec paper =
      WorkloadSpec.paper(new PowerPopularity(0.5), SEED).withCount(2_000);

  @Test
  void sameSpec_sameSeed_givesTheSameRequests() {
    System.out.println("seed " + SEED);
    assertThat(paper.generate(8)).isEqualTo(paper.generate(8));
    assertThat(paper.withSeed(43).generate(8)).isNotEqualTo(paper.generate(8));
  }

  @Test
  void popularity_changed_leavesTimesAndLengths() {
    List<TracedRequest> before = paper.generate(8).requests();
    List<TracedRequest> after =
        paper
            .withPopularity(new LocalPopularity(new ClientPopularity(), 0.5, 16))
            .withAdapters(AdapterMix.allLarge(7))
            .generate(8)
            .requests();

    assertThat(after).extracting(TracedRequest::seconds).isEqualTo(times(before));
    assertThat(after)
        .extracting(TracedRequest::lengths)
        .isEqualTo(before.stream().map(TracedRequest::lengths).toList());
    assertThat(after).allMatch(request -> request.adapter() < 7);
  }

  @Test
  void arrivals_changed_leaveLengthsAndAdapters() {
    List<TracedRequest> before = paper.generate(8).requests();
    List<TracedRequest> after = paper.withArrivals(new GammaArrivals(3)).generate(5).requests();

    assertThat(after)
        .extracting(TracedRequest::lengths, TracedRequest::adapter)
        .isEqualTo(
            before.stream().map(request -> tuple(request.lengths(), request.adapter())).toList());
    assertThat(times(after)).isNotEqualTo(times(before));
  }

  @Test
  void rate_asked_isTheMeanRate() {
    assertThat(paper.withCount(50_000).generate(9).meanRate()).isCloseTo(9, withinPercentage(2));
  }

  @Test
  void papersWorkload_hasItsSizes() {
    List<TracedRequest> requests =
        WorkloadSpec.paper(new PowerPopularity(0.5), SEED).generate(8).requests();

    assertThat(requests).hasSize(19_366);
    assertThat(requests.stream().mapToInt(TracedRequest::inputTokens).average().orElseThrow())
        .isCloseTo(289, withinPercentage(2));
    assertThat(requests.stream().mapToInt(TracedRequest::outputTokens).average().orElseThrow())
        .isCloseTo(53, withinPercentage(2));
    assertThat(requests).allMatch(request -> request.maxTokens() == request.outputTokens());
    assertThat(requests).extracting(TracedRequest::adapter).contains(0, 99).doesNotContain(-1, 100);
  }

  @Test
  void traceLengthsAndArrivals_together_giveTheTraceBack() {
    Workload trace =
        new Workload(
            List.of(
                new TracedRequest(0, 10, 1, 4, -1, -1),
                new TracedRequest(1, 20, 2, 5, -1, -1),
                new TracedRequest(4, 30, 3, 6, -1, -1)));

    Workload drawn =
        paper
            .withLengths(new TraceLengths(trace))
            .withArrivals(new TraceArrivals(trace))
            .withAdapters(AdapterMix.allSmall(1))
            .withCount(3)
            .generate(trace.meanRate());

    assertThat(drawn.requests())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("adapter")
        .isEqualTo(trace.requests());
  }

  @Test
  void uniformLengths_ofSlora_areWithinItsBounds() {
    List<TracedRequest> requests =
        paper.withLengths(UniformLengths.S_LORA).withCount(20_000).generate(1).requests();

    long[] counts = new long[5];
    requests.forEach(request -> counts[(request.inputTokens() - 8) / 101]++);
    assertThat(requests.stream().mapToInt(TracedRequest::outputTokens).min()).hasValue(8);
    assertThat(requests.stream().mapToInt(TracedRequest::outputTokens).max()).hasValue(512);
    assertThat(Statistics.chiSquareDeviations(counts, new UniformPopularity().weights(5)))
        .isLessThan(4);
  }

  @Test
  void specWithoutRequests_isRefused() {
    assertThatThrownBy(() -> paper.withCount(0))
        .hasMessageContaining("is 0; it must be at least 1");
  }

  private static List<Double> times(List<TracedRequest> requests) {
    return requests.stream().map(TracedRequest::seconds).toList();
  }
}
