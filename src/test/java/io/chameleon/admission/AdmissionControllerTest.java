package io.chameleon.admission;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.chameleon.admission.AdmissionDecision.Admitted;
import io.chameleon.admission.AdmissionDecision.Rejected;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.InvalidRequestException;
import io.chameleon.request.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdmissionControllerTest {

  private final AdmissionController admission =
      new AdmissionController(4, 100, OutputLengthPredictor.declaredUpTo(16));

  @Test
  void request_thatFits_isAdmittedWithItsSize() {
    assertThat(admission.decide(List.of(request(20, 5), request(20, 80))))
        .isInstanceOfSatisfying(
            Admitted.class,
            admitted ->
                assertThat(admitted.requests())
                    .extracting(AdmittedRequest::size)
                    .containsExactly(new RequestSize(20, 5), new RequestSize(20, 16)));
    assertThat(admission.waiting()).isEqualTo(2);
  }

  @Test
  void requests_withoutRoomForAll_areRejectedAndHoldNoPlace() {
    hold(3);

    AdmissionDecision decision = admission.decide(requests(2));

    assertThat(decision)
        .isEqualTo(
            new Rejected(
                Refusal.QUEUE_FULL,
                "The queue is full: 3 requests wait, of at most 4.",
                Duration.ofSeconds(1)));
    assertThat(admission.waiting()).isEqualTo(3);
  }

  @Test
  void refusalOfAny_isOfAFullQueueAlone() {
    hold(3);
    assertThat(admission.refusalOfAny(null)).isEmpty();
    hold(1);

    assertThat(admission.refusalOfAny(null))
        .hasValueSatisfying(refused -> assertThat(refused.cause()).isEqualTo(Refusal.QUEUE_FULL));
    assertThat(admission.waiting()).isEqualTo(4);
  }

  @Test
  void requests_moreThanTheQueueHolds_areInvalid() {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> admission.decide(requests(5)))
        .withMessage("the request asks for 5 sequences; the queue holds at most 4")
        .satisfies(e -> assertThat(e.param()).isEqualTo("n"));
  }

  @Test
  void request_longerThanTheContext_isInvalid() {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> admission.decide(List.of(request(60, 41))))
        .withMessage(
            "the prompt has 60 tokens and max_tokens is 41; together they may be at most 100")
        .satisfies(e -> assertThat(e.code()).isEqualTo("context_length_exceeded"))
        .satisfies(e -> assertThat(e.param()).isEqualTo("max_tokens"));
    assertThat(admission.decide(List.of(request(60, 40)))).isInstanceOf(Admitted.class);
  }

  @Test
  void request_withPromptLongerThanTheArena_isInvalid() {
    admission.limitToArena(50);

    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> admission.decide(List.of(request(50, 1))))
        .withMessageContaining("at most 50")
        .satisfies(e -> assertThat(e.param()).isNull());
    assertThat(admission.longestSequenceTokens()).isEqualTo(50);
  }

  @Test
  void places_thatAreGivenBack_canBeHeldAgain() {
    hold(4);
    admission.left(0, 0);
    assertThat(admission.decide(requests(1))).isInstanceOf(Rejected.class);

    admission.left(1, 0);
    admission.withdraw(1);

    assertThat(admission.decide(requests(2))).isInstanceOf(Admitted.class);
  }

  @Test
  void places_thatWereNotHeld_cannotBeGivenBack() {
    hold(1);

    assertThatIllegalStateException()
        .isThrownBy(() -> admission.withdraw(2))
        .withMessage("2 places were given back; only 1 were held");
  }

  @Test
  void retryAfter_followsTheRateOfDepartures() {
    hold(4);
    long now = 0;
    for (int i = 0; i < 30; i++) {
      now += Duration.ofSeconds(2).toNanos();
      admission.left(1, now);
      hold(1);
    }

    assertThat(admission.decide(requests(1)))
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> assertThat(rejected.retryAfter()).isEqualTo(Duration.ofSeconds(8)));
  }

  @Test
  void places_askedForByManyThreads_areNeverMoreThanTheBound() throws InterruptedException {
    AtomicInteger admitted = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread caller =
          new Thread(() -> {
            for (int i = 0; i < 5000; i++) {
              if (admission.decide(requests(2)) instanceof Admitted) {
                admitted.incrementAndGet();
                assertThat(admission.waiting()).isBetween(1, 4);
                admission.withdraw(2);
              }
            }
          });
      callers.add(caller);
      caller.start();
    }
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(admitted).hasPositiveValue();
    assertThat(admission.waiting()).isZero();
  }

  @Test
  void controller_withoutRoom_cannotBeMade() {
    OutputLengthPredictor predictor = OutputLengthPredictor.declaredUpTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> new AdmissionController(0, 9, predictor));
    assertThatIllegalArgumentException().isThrownBy(() -> new AdmissionController(1, 1, predictor));
  }

  private void hold(int places) {
    assertThat(admission.decide(requests(places))).isInstanceOf(Admitted.class);
  }

  private static List<InferenceRequest> requests(int count) {
    return Collections.nCopies(count, request(1, 1));
  }
}
