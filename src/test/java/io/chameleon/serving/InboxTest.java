package io.chameleon.serving;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.chameleon.admission.AdmittedRequest;
import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.engine.SampledToken;
import io.chameleon.request.RequestTiming;
import io.chameleon.scheduling.Sequence;
import io.chameleon.scheduling.SequenceEnding;
import io.chameleon.scheduling.SequenceOutput;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InboxTest {

  private static final SizeClass SMALL = new SizeClass(0, "small");

  private static final SizeClass LARGE = new SizeClass(1, "large");

  private final Inbox inbox = new Inbox(List.of(SMALL, LARGE), 8);

  @Test
  void drain_ofTwoClasses_givesSmallOnesFirstAndEachInOrder() {
    Sequence first = sequence(LARGE);
    Sequence second = sequence(SMALL);
    Sequence third = sequence(SMALL);
    assertThat(inbox.offer(List.of(first, second))).isTrue();
    assertThat(inbox.offer(List.of(third))).isTrue();
    assertThat(inbox.held()).isEqualTo(3);

    assertThat(inbox.drain()).containsExactly(second, third, first);

    assertThat(inbox.held()).isZero();
    assertThat(inbox.drain()).isEmpty();
  }

  @Test
  void offer_whenClosed_isRefusedAndWhatIsInsideStays() {
    Sequence early = sequence(SMALL);
    assertThat(inbox.offer(List.of(early))).isTrue();

    inbox.close();

    assertThat(inbox.offer(List.of(sequence(SMALL)))).isFalse();
    assertThat(inbox.drain()).containsExactly(early);
  }

  @Test
  void offer_beyondTheSink_isAFault() {
    List<Sequence> tooMany = IntStream.range(0, 9).mapToObj(i -> sequence(SMALL)).toList();

    assertThatIllegalStateException()
        .isThrownBy(() -> inbox.offer(tooMany))
        .withMessageContaining("FAIL_OVERFLOW");
  }

  @Test
  void offer_ofUnknownClass_isAFault() {
    assertThatIllegalStateException()
        .isThrownBy(() -> inbox.offer(List.of(sequence(new SizeClass(2, "huge")))));
  }

  @Test
  void cancelled_areHandedOverOnce() {
    Sequence first = sequence(SMALL);
    Sequence second = sequence(SMALL);
    assertThat(inbox.takeCancelled()).isEmpty();

    inbox.cancel(first);
    inbox.cancel(second);
    inbox.cancel(first);

    assertThat(first.isCancelled()).isTrue();
    assertThat(inbox.takeCancelled()).containsExactly(first, second);
    inbox.cancel(second);
    assertThat(inbox.takeCancelled()).isEmpty();
  }

  @Test
  void wake_asksForAPassWithoutPuttingAnythingIn() {
    inbox.signal().passStarts();
    inbox.signal().passEnds(false);
    assertThat(inbox.signal().status()).isEqualTo(DrainStatus.IDLE);

    inbox.wake();

    assertThat(inbox.signal().status()).isEqualTo(DrainStatus.REQUIRED);
    assertThat(inbox.held()).isZero();
  }

  @Test
  void offers_fromManyThreads_allArriveOnceOnTheDrainingThread() throws InterruptedException {
    int threads = 4;
    int each = 5000;
    Inbox large = new Inbox(List.of(SMALL), threads * each);
    List<Thread> callers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      Thread caller =
          new Thread(
              () -> IntStream.range(0, each).forEach(i -> large.offer(List.of(sequence(SMALL)))));
      callers.add(caller);
      caller.start();
    }
    Set<Sequence> arrived = new LinkedHashSet<>();
    while (arrived.size() < threads * each) {
      List<Sequence> taken = large.drain();
      arrived.addAll(taken);
      if (taken.isEmpty()) {
        Thread.onSpinWait();
      }
    }
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(arrived).hasSize(threads * each);
    assertThat(large.held()).isZero();
  }

  private static Sequence sequence(SizeClass sizeClass) {
    return new Sequence(
        new AdmittedRequest(request(1, 1), new RequestSize(1, 1), sizeClass),
        Set.of(),
        new SequenceOutput() {
          @Override
          public boolean token(SampledToken token, @Nullable RequestTiming timing, long nowNanos) {
            return true;
          }

          @Override
          public void ended(SequenceEnding ending, long nowNanos) {}
        },
        0);
  }
}
