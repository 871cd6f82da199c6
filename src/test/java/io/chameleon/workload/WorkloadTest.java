package io.chameleon.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadTest {

  private final Workload workload =
      new Workload(
          List.of(
              new TracedRequest(6, 30, 3, 0),
              new TracedRequest(2, 10, 1, 5, 1, 7),
              new TracedRequest(3, 20, 2, -1)));

  @Test
  void requests_inAnyOrder_areSortedByTime() {
    assertThat(workload.requests())
        .extracting(TracedRequest::seconds)
        .containsExactly(2.0, 3.0, 6.0);
    assertThat(workload.durationSeconds()).isEqualTo(4);
    assertThat(workload.meanRate()).isEqualTo(0.5);
  }

  @Test
  void stretch_toARate_keepsTheGapsShapeAndTheRest() {
    Workload faster = workload.atRate(2);

    assertThat(faster.meanRate()).isEqualTo(2);
    assertThat(faster.requests())
        .containsExactly(
            new TracedRequest(0.5, 10, 1, 5, 1, 7),
            new TracedRequest(0.75, 20, 2, -1),
            new TracedRequest(1.5, 30, 3, 0));
  }

  @Test
  void scaled_workload_keepsTimesAndAdapters() {
    assertThat(workload.scaled(LengthScale.dividedBy(10)).requests().getFirst())
        .isEqualTo(new TracedRequest(2, 1, 1, 1, 1, 7));
  }

  @Test
  void requests_behindOthers_comeLaterAndAreTheSameElse() {
    TracedRequest before = new TracedRequest(1, 16, 1, 3);

    assertThat(workload.behind(List.of(before), 10).requests())
        .containsExactly(
            before,
            new TracedRequest(12, 10, 1, 5, 1, 7),
            new TracedRequest(13, 20, 2, -1),
            new TracedRequest(16, 30, 3, 0));
  }

  @Test
  void first_requests_areTheEarliest() {
    assertThat(workload.first(2).requests())
        .extracting(TracedRequest::inputTokens)
        .containsExactly(10, 20);
    assertThat(workload.first(9).size()).isEqualTo(3);
  }

  @Test
  void workload_withoutTwoTimes_hasNoRate() {
    Workload one = workload.first(1);

    assertThatThrownBy(one::meanRate).hasMessageContaining("1 requests arrive within 0 s");
    assertThatThrownBy(() -> new Workload(List.of())).hasMessageContaining("no requests");
  }

  @Test
  void request_beyondItsLimits_isRefused() {
    assertThatThrownBy(() -> new TracedRequest(-1, 1, 1, 0)).hasMessageContaining("-1.0 s");
    assertThatThrownBy(() -> new TracedRequest(0, 0, 1, 0)).hasMessageContaining("0 input");
    assertThatThrownBy(() -> new TracedRequest(0, 1, 1, -2)).hasMessageContaining("adapter -2");
  }
}
