package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.workload.TracedRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OverloadTallyTest {

  private static final long MILLI = 1_000_000;

  private static final long SECOND = 1000 * MILLI;

  private static final RefusalTiming AT_ONCE =
      RefusalTiming.parse("refused;desc=deadline;dur=4, thread;dur=1, plan;dur=2, decide;dur=1");

  private static final RefusalTiming LATE = RefusalTiming.parse("refused;desc=expired;dur=800");

  private static final HeapUse HEAP = new HeapUse(9, 30, 35, 36, 40, 33);

  private static final OverloadTally COLD =
      new OverloadTally(List.of(refused(0, 429, 400, "1", "10")), 1000);

  private static final LeftBehind NOTHING = new LeftBehind(0, 0, 0, "", true);

  @Test
  void goodput_countsAnswers_inTimeAndOverByTheEnd() {
    OverloadTally tally =
        new OverloadTally(
            List.of(
                sent(0, new Reply.Answer(900 * MILLI, SECOND, 0)),
                sent(0, new Reply.Answer(1001 * MILLI, 2 * SECOND, 0)),
                sent(3 * SECOND, new Reply.Answer(3 * SECOND + 10 * MILLI, 5 * SECOND, 0)),
                refused(4 * SECOND, 429, 12, "1", "10")),
            1000);

    assertThat(tally.goodput()).as("one answer within 4 s").isCloseTo(0.25, within(1e-9));
    assertThat(tally.inTime()).isCloseTo(2 / 3.0, within(1e-9));
    assertThat(tally.ttftMs()).containsExactly(900, 1001, 10);
    assertThat(tally.clientMs(tally.refused())).containsExactly(12);
  }

  @Test
  void refusals_withoutAHint_areImpolite() {
    OverloadTally tally =
        new OverloadTally(
            List.of(
                refused(0, 429, 1, "1", "10"),
                refused(0, 429, 1, null, "10"),
                refused(0, 503, 1, "1", "10"),
                sent(0, new Reply.Failure("reset"))),
            1000);

    assertThat(tally.impolite()).isEqualTo(2);
    assertThat(tally.failures()).containsExactly("reset");
  }

  @Test
  void endedLate_isAcceptedAndNotInTime() {
    OverloadTally tally =
        new OverloadTally(
            List.of(
                sent(0, new Reply.Answer(900 * MILLI, SECOND, 0)),
                sent(0, new Reply.Refusal(429, 801 * MILLI, "1", "10", "late", LATE)),
                refused(SECOND, 429, 12, "1", "10")),
            1000);

    assertThat(tally.accepted()).isEqualTo(2);
    assertThat(tally.endedLate()).hasSize(1);
    assertThat(tally.inTime()).isCloseTo(0.5, within(1e-9));
    assertThat(tally.clientMs(tally.endedLate())).containsExactly(801);
    assertThat(tally.clientMs(tally.refused())).containsExactly(12);
    assertThat(tally.partMs("plan")).containsExactly(2);
    assertThat(tally.outsideMs()).containsExactly(8);
  }

  @Test
  void report_ofAServiceThatHolds_meetsAllGoals() {
    List<Sent> sent =
        List.of(
            sent(0, new Reply.Answer(10 * MILLI, 500 * MILLI, 0)),
            refused(SECOND, 429, 49, "1", "10"));

    Report report = OverloadReport.of(1.1, COLD, new OverloadTally(sent, 1000), HEAP, NOTHING);

    assertThat(report.rows()).extracting(ReportRow::met).doesNotContain(false);
    assertThat(met(report, "goodput")).isTrue();
  }

  @Test
  void report_ofAServiceThatDoesNot_missesThem() {
    List<Sent> sent =
        List.of(
            sent(0, new Reply.Answer(1500 * MILLI, 1600 * MILLI, 0)),
            refused(2 * SECOND, 503, 51, null, null),
            sent(2 * SECOND, new Reply.Failure("reset")));

    Report report =
        OverloadReport.of(
            1,
            COLD,
            new OverloadTally(sent, 1000),
            new HeapUse(9, 30, 35, 36, 80, 66),
            new LeftBehind(1, 1, 9, "lost", false));

    for (String row :
        List.of(
            "goodput",
            "accepted-in-time",
            "refused-last",
            "refused-without-hint",
            "failed",
            "heap-last-third",
            "heap-after",
            "left-waiting",
            "left-running",
            "left-kv",
            "left-unhealthy")) {
      assertThat(met(report, row)).as(row).isFalse();
    }
  }

  @Test
  void heap_withoutCollections_isJudgedByItsEndsAlone() {
    List<Sent> sent = List.of(refused(SECOND, 429, 49, "1", "10"));

    Report report =
        OverloadReport.of(
            1, COLD, new OverloadTally(sent, 1000), new HeapUse(2, 30, 35, 60, 90, 33), NOTHING);

    assertThat(met(report, "heap-last-third")).isNull();
    assertThat(met(report, "heap-after")).isTrue();
  }

  private static @Nullable Boolean met(Report report, String name) {
    return report.rows().stream()
        .filter(row -> row.name().equals(name))
        .findFirst()
        .orElseThrow()
        .met();
  }

  private static Sent sent(long nanos, Reply reply) {
    return new Sent(new TracedRequest(nanos / 1e9, 8, 2, 0), nanos, nanos, reply);
  }

  /** A request that was refused so many milliseconds after it was sent. */
  private static Sent refused(
      long nanos, int status, long ms, @Nullable String after, @Nullable String afterMs) {
    return sent(
        nanos, new Reply.Refusal(status, nanos + ms * MILLI, after, afterMs, "no", AT_ONCE));
  }
}
