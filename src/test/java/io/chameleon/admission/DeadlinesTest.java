package io.chameleon.admission;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.chameleon.admission.AdmissionDecision.Admitted;
import io.chameleon.admission.AdmissionDecision.Rejected;
import io.chameleon.fixtures.Requests;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.Refusal;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.ServiceTerms;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is refused because the first token would come too late. */
class DeadlinesTest {

  private static final long MILLISECOND = Duration.ofMillis(1).toNanos();

  private final AdmissionController admission = controller(Duration.ofSeconds(1));

  @Test
  void request_whileNothingIsPublished_isAdmitted() {
    assertThat(admission.decide(List.of(within(1)))).isInstanceOf(Admitted.class);
  }

  @Test
  void request_thatWouldWaitPastItsDeadline_isRefusedWithoutAPlace() {
    admission.publish((size, sizeClass) -> 5300 * MILLISECOND + 1);

    assertThat(admission.decide(List.of(within(2000))))
        .isEqualTo(
            new Rejected(
                Refusal.DEADLINE,
                "The first token is expected in 5301 ms, after the deadline of 2000 ms.",
                Duration.ofMillis(3301)));
    assertThat(admission.waiting()).isZero();
  }

  @Test
  void request_thatWouldJustMeetItsDeadline_isAdmitted() {
    admission.publish((size, sizeClass) -> 2000 * MILLISECOND);

    assertThat(admission.decide(List.of(within(2000)))).isInstanceOf(Admitted.class);
  }

  @ParameterizedTest
  @CsvSource({"2001, 2000, 10", "1000000, 2000, 60000"})
  void retryAfter_ofARefusal_isBounded(long waitMillis, int deadlineMillis, int retryMillis) {
    admission.publish((size, sizeClass) -> waitMillis * MILLISECOND);

    assertThat(refusal(within(deadlineMillis)).retryAfter())
        .isEqualTo(Duration.ofMillis(retryMillis));
  }

  @Test
  void request_thatWouldNeverStart_isRefused() {
    admission.publish((size, sizeClass) -> Long.MAX_VALUE);

    assertThat(refusal(within(1)).retryAfter()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void request_withoutADeadline_hasTheUsualOne() {
    admission.publish((size, sizeClass) -> 1001 * MILLISECOND);
    AdmissionController patient = controller(Duration.ZERO);
    patient.publish((size, sizeClass) -> Long.MAX_VALUE);

    assertThat(refusal(request(20, 5)).reason()).contains("the deadline of 1000 ms");
    assertThat(patient.decide(List.of(request(20, 5)))).isInstanceOf(Admitted.class);
  }

  @Test
  void requests_ofWhichOneWouldBeLate_areAllRefused() {
    admission.publish(
        (size, sizeClass) -> size.promptTokens() > 10 ? 3000 * MILLISECOND : MILLISECOND);

    assertThat(admission.decide(List.of(request(5, 5), request(20, 5), request(5, 5))))
        .isInstanceOf(Rejected.class);
    assertThat(admission.decide(List.of(request(5, 5), request(5, 5))))
        .isInstanceOf(Admitted.class);
  }

  @Test
  void refusalOfAny_isThereOnlyWhereTheSmallestRequestIsLateToo() {
    admission.publish((size, sizeClass) -> (1999 + size.promptTokens()) * MILLISECOND);

    assertThat(admission.refusalOfAny(Duration.ofSeconds(2))).isEmpty();
    assertThat(refusal(within(2000)).cause()).isEqualTo(Refusal.DEADLINE);
    assertThat(admission.refusalOfAny(Duration.ofMillis(1999)))
        .hasValueSatisfying(
            refused -> assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(10)));
    assertThat(admission.refusalOfAny(null).orElseThrow().reason())
        .contains("the deadline of 1000 ms");
    assertThat(admission.waiting()).isZero();
  }

  @Test
  void refusalOfAny_whileOneClassMoves_isNone() {
    admission.publish(new TwoClasses());
    admission.publish((size, sizeClass) -> sizeClass == 0 ? 5000 * MILLISECOND : MILLISECOND);

    assertThat(admission.refusalOfAny(Duration.ofSeconds(2))).isEmpty();

    admission.publish((size, sizeClass) -> (sizeClass == 0 ? 5000 : 3000) * MILLISECOND);
    assertThat(admission.refusalOfAny(Duration.ofSeconds(2)).orElseThrow().retryAfter())
        .as("of the class that moves soonest")
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void request_thatMightBeLateByTheMargin_isRefused() {
    admission.publish(new Guess(1000 * MILLISECOND));

    assertThat(refusal(within(1149)).reason()).contains("expected in 1150 ms");
    assertThat(admission.decide(List.of(within(1150)))).isInstanceOf(Admitted.class);
  }

  @Test
  void request_beforeWhichNobodyWaits_isAdmittedWhateverTheMargin() {
    admission.publish(new Guess(0));

    assertThat(admission.decide(List.of(within(1))))
        .isInstanceOfSatisfying(
            Admitted.class,
            admitted -> assertThat(admitted.requests().getFirst().expectedNanos()).isZero());
  }

  @Test
  void request_thatEnters_knowsWhatWasExpectedAndHowLongItMayWait() {
    admission.publish(new Guess(500 * MILLISECOND));

    assertThat(admission.decide(List.of(within(2000))))
        .isInstanceOfSatisfying(
            Admitted.class,
            admitted -> {
              AdmittedRequest request = admitted.requests().getFirst();
              assertThat(request.expectedNanos()).isEqualTo(600 * MILLISECOND);
              assertThat(request.limit())
                  .isEqualTo(new WaitLimit(2000 * MILLISECOND, Long.MAX_VALUE));
            });
  }

  @Test
  void request_whoseClassMayNotWaitSoLong_isRefused() {
    AdmissionController strict =
        controller(new WaitingRules(Duration.ZERO, Duration.ofSeconds(3), List.of(), true));
    strict.publish((size, sizeClass) -> 4000 * MILLISECOND);

    assertThat(strict.decide(List.of(request(20, 5))))
        .isEqualTo(
            new Rejected(
                Refusal.MAX_WAIT,
                "A wait of 4000 ms is expected; requests of this size wait 3000 ms at most.",
                Duration.ofSeconds(1)));
    assertThat(strict.expectedWaitSeconds(0)).isEqualTo(4);
    assertThat(strict.expectedWaitSeconds(1)).isNaN();
  }

  @Test
  void request_whereLateOnesRunAllTheSame_hasNoLimit() {
    AdmissionController lenient =
        controller(
            new WaitingRules(Duration.ofSeconds(1), Duration.ofSeconds(3), List.of(), false));

    assertThat(lenient.decide(List.of(request(20, 5))))
        .isInstanceOfSatisfying(
            Admitted.class,
            admitted ->
                assertThat(admitted.requests().getFirst().limit()).isEqualTo(WaitLimit.NONE));
  }

  @Test
  void expired_saysWhenTheQueueIsShortEnough() {
    admission.publish((size, sizeClass) -> 2500 * MILLISECOND);

    RequestRejectedException late =
        admission.expired(
            new RequestSize(20, 5), new WaitLimit(2000 * MILLISECOND, Long.MAX_VALUE));

    assertThat(late).hasMessageContaining("within 2000 ms");
    assertThat(late.retryAfter()).isEqualTo(Duration.ofMillis(500));
  }

  /** So long a wait, then 100 ms of prefill, and a margin of 50 ms. */
  private record Guess(long waitNanos) implements WaitEstimate {

    @Override
    public long nanosUntilStart(RequestSize size, int sizeClass) {
      return waitNanos;
    }

    @Override
    public long leastPrefillNanos(RequestSize size) {
      return 100 * MILLISECOND;
    }

    @Override
    public long marginNanos() {
      return 50 * MILLISECOND;
    }
  }

  @Test
  void estimate_ofRequestsThatEnter_isToldOfEach() {
    CountingEstimate estimate = new CountingEstimate();
    admission.publish(estimate);

    assertThat(admission.decide(List.of(request(20, 5), request(30, 5))))
        .isInstanceOf(Admitted.class);
    assertThat(refusal(within(40)).reason()).contains("expected in 60 ms");
    assertThat(estimate.tokens).hasValue(60);
  }

  /** A millisecond for each token that entered since it was published. */
  private static final class CountingEstimate implements WaitEstimate {

    private final AtomicInteger tokens = new AtomicInteger();

    @Override
    public long nanosUntilStart(RequestSize size, int sizeClass) {
      return tokens.get() * MILLISECOND;
    }

    @Override
    public void admitted(RequestSize size, int sizeClass) {
      tokens.addAndGet(size.tokens());
    }
  }

  @Test
  void deadline_below0_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> controller(Duration.ofMillis(-1)))
        .withMessage("deadline of PT-0.001S for the first token; it must not be negative");
  }

  private Rejected refusal(InferenceRequest request) {
    return (Rejected) admission.decide(List.of(request));
  }

  private static InferenceRequest within(int millis) {
    return Requests.request(20, 5, new ServiceTerms(Duration.ofMillis(millis), 0, null));
  }

  private static AdmissionController controller(Duration usual) {
    return controller(WaitingRules.deadline(usual));
  }

  private static AdmissionController controller(WaitingRules rules) {
    return new AdmissionController(
        10,
        100,
        new RequestSizer(OutputLengthPredictor.declaredUpTo(16), AdapterSizes.none()),
        rules);
  }

  /** Two classes of any size. */
  private record TwoClasses() implements SizeClassifier {

    @Override
    public List<SizeClass> classes() {
      return List.of(new SizeClass(0, "small"), new SizeClass(1, "large"));
    }

    @Override
    public SizeClass classify(RequestSize size) {
      return classes().getLast();
    }
  }
}
