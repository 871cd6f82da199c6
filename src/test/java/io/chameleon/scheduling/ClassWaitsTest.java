package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.chameleon.admission.RequestSize;
import io.chameleon.admission.WaitEstimate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a request would wait, class by class. */
class ClassWaitsTest {

  private static final long MS = 1_000_000;

  private static final RequestSize SMALL = new RequestSize(10, 90);

  private static final RequestSize LARGE = new RequestSize(500, 500);

  private static final AfterStart AFTER =
      new AfterStart(new LeastPrefill(256, 20.0 * MS, 100_000), 7 * MS);

  private final ClassLoads loads = new ClassLoads(PromptClasses.below(100));

  private final ClassWaits waits = new ClassWaits();

  private long started;

  @Test
  void estimate_beforeAnythingWasMeasured_isThatNobodyWaits() {
    waitBySizes(10, 500);

    assertThat(pass(0)).isSameAs(WaitEstimate.NONE);
  }

  @Test
  void estimate_ofAClass_isItsOwnTokensByItsOwnRate() {
    List<Sequence> small = waitBySizes(10, 10, 10, 10);
    List<Sequence> large = waitBySizes(500, 500);
    pass(0);
    start(small.get(0));
    start(small.get(1));
    start(large.get(0));
    // In 100 ms: 200 tokens of 400 of the small, 1,000 of 2,000 of the large.
    WaitEstimate estimate = pass(100 * MS);

    assertThat(estimate.nanosUntilStart(SMALL, 0)).isEqualTo(100 * MS);
    assertThat(estimate.nanosUntilStart(LARGE, 1)).isEqualTo(100 * MS);
    start(small.get(2));
    WaitEstimate later = pass(100 * MS + MS);
    assertThat(later.nanosUntilStart(SMALL, 0)).isLessThan(35 * MS);
    assertThat(later.nanosUntilStart(LARGE, 1)).isGreaterThan(100 * MS);
  }

  @Test
  void estimate_ofAClassInWhichNobodyWaits_isNoWaitHoweverLongOthersWait() {
    List<Sequence> large = waitBySizes(500, 500, 500);
    pass(0);
    start(large.getFirst());
    WaitEstimate estimate = pass(100 * MS);

    assertThat(estimate.nanosUntilStart(SMALL, 0)).isZero();
    assertThat(estimate.nanosUntilStart(LARGE, 1)).isEqualTo(200 * MS);
  }

  @Test
  void estimate_ofAClassThatHasStartedNobodyYet_isBehindAllOthers() {
    waitBySizes(10);
    List<Sequence> large = waitBySizes(500, 500);
    pass(0);
    start(large.getFirst());
    WaitEstimate estimate = pass(100 * MS);

    // 1,000 tokens started in 100 ms; 1,100 wait, of whatever class.
    assertThat(estimate.nanosUntilStart(SMALL, 0)).isEqualTo(110 * MS);
  }

  @Test
  void estimate_withOthersAdmittedSince_countsThoseOfTheClass() {
    List<Sequence> small = waitBySizes(10, 10);
    pass(0);
    start(small.getFirst());
    WaitEstimate estimate = pass(10 * MS);
    estimate.admitted(SMALL, 0);
    estimate.admitted(LARGE, 1);

    assertThat(estimate.nanosUntilStart(SMALL, 0)).isEqualTo(20 * MS);
  }

  @Test
  void estimate_countsWhatLiesInTheInbox() {
    List<Sequence> small = waitBySizes(10, 10);
    pass(0);
    start(small.getFirst());
    WaitEstimate estimate = waits.pass(loads, started, new long[] {300, 0}, AFTER, 10 * MS);

    assertThat(estimate.nanosUntilStart(SMALL, 0)).isEqualTo(40 * MS);
  }

  @Test
  void estimate_afterAChangeOfClasses_countsWhoWaitsByTheNewOnes() {
    List<Sequence> small = waitBySizes(10, 10, 500);
    pass(0);
    start(small.getFirst());
    pass(100 * MS);

    loads.follow(PromptClasses.below(5, 600), small.subList(1, 3));
    WaitEstimate estimate = waits.pass(loads, started, new long[3], AFTER, 110 * MS);

    assertThat(loads.waiting(0)).isZero();
    assertThat(loads.waiting(1)).isEqualTo(2);
    assertThat(loads.waitingTokens(1)).isEqualTo(1100);
    assertThat(estimate.nanosUntilStart(SMALL, 0)).isZero();
    // 100 tokens in 110 ms, and 1,100 wait.
    assertThat(estimate.nanosUntilStart(SMALL, 1)).isGreaterThan(1000 * MS);
    assertThat(estimate.nanosUntilStart(LARGE, 9)).as("beyond the last").isZero();
  }

  @Test
  void prefill_takesAtLeastItsStepsAndItsTokens() {
    List<Sequence> small = waitBySizes(10, 10);
    pass(0);
    start(small.getFirst());
    WaitEstimate estimate = pass(10 * MS);

    assertThat(estimate.leastPrefillNanos(SMALL)).isEqualTo(20 * MS);
    assertThat(estimate.leastPrefillNanos(LARGE)).isEqualTo(50 * MS);
    assertThat(estimate.marginNanos()).isEqualTo(7 * MS);
  }

  @Test
  void loads_thatDoNotMatchWhoWaits_areFound() {
    List<Sequence> waiting = waitBySizes(10, 500);
    loads.checkIntegrity(waiting);

    assertThatIllegalStateException()
        .isThrownBy(() -> loads.checkIntegrity(waiting.subList(0, 1)))
        .withMessage("class 1: 1 wait with 1000 tokens by count, 0 with 0 by sequences");
  }

  private WaitEstimate pass(long nowNanos) {
    return waits.pass(loads, started, new long[2], AFTER, nowNanos);
  }

  /** Small ones of 100 tokens, large ones of 1,000. */
  private List<Sequence> waitBySizes(int... prompts) {
    return Arrays.stream(prompts)
        .mapToObj(prompt -> Sequences.waiting(prompt, prompt < 100 ? 100 - prompt : 500))
        .peek(loads::entered)
        .toList();
  }

  private void start(Sequence sequence) {
    loads.left(sequence);
    loads.started(sequence);
    started += sequence.size().tokens();
  }
}
