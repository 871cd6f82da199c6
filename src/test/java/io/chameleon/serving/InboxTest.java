package io.chameleon.serving;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.chameleon.admission.AdmittedRequest;
import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.engine.SampledToken;
import io.chameleon.fixtures.TestLength;
import io.chameleon.request.RequestTiming;
import io.chameleon.scheduling.Sequence;
import io.chameleon.scheduling.SequenceEnding;
import io.chameleon.scheduling.SequenceOutput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InboxTest {

  private static final SizeClass SMALL = new SizeClass(0, "small");

  private static final SizeClass LARGE = new SizeClass(1, "large");

  private static final SizeClass HUGE = new SizeClass(1, "huge");

  private static final int CALLERS = 4;

  private static final int EACH = 3000;

  private static final int BETWEEN_CHANGES = 100;

  private final Inbox inbox = new Inbox(List.of(SMALL, LARGE), 8);

  @Test
  void drain_ofTwoClasses_givesWhoCameFirstFirst() {
    Sequence first = sequence(LARGE, 10);
    Sequence second = sequence(SMALL, 20);
    Sequence third = sequence(LARGE, 30);
    assertThat(inbox.offer(List.of(first, second))).isTrue();
    assertThat(inbox.offer(List.of(third))).isTrue();
    assertThat(inbox.held()).isEqualTo(3);

    assertThat(inbox.drain()).containsExactly(first, second, third);

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
  void drain_ofOneTime_givesSmallOnesFirst() {
    Sequence large = sequence(LARGE);
    Sequence small = sequence(SMALL);
    inbox.offer(List.of(large, small));

    assertThat(inbox.drain()).containsExactly(small, large);
  }

  @Test
  void follow_withOtherClasses_keepsWhatLiesInTheOldOnesUntilTheNextDrain() {
    Sequence early = sequence(LARGE);
    inbox.offer(List.of(early));

    inbox.follow(List.of(SMALL, HUGE));
    assertThat(inbox.sinkClasses()).containsExactlyInAnyOrder(SMALL, LARGE, HUGE);
    Sequence late = sequence(HUGE);
    inbox.offer(List.of(late));

    assertThat(inbox.drain()).containsExactly(early, late);
    assertThat(inbox.sinkClasses()).containsExactlyInAnyOrder(SMALL, HUGE);
  }

  @Test
  void offer_intoAClassThatIsGone_isDrainedOnceMore() {
    inbox.follow(List.of(SMALL));
    assertThat(inbox.sinkClasses()).containsExactly(SMALL);
    Sequence stale = sequence(LARGE);

    assertThat(inbox.offer(List.of(stale))).isTrue();

    assertThat(inbox.held()).isEqualTo(1);
    assertThat(inbox.drain()).containsExactly(stale);
    assertThat(inbox.sinkClasses()).containsExactly(SMALL);
    assertThat(inbox.drain()).isEmpty();
  }

  @Test
  void heldTokens_areOfTheClassesThereAre() {
    inbox.offer(List.of(sequence(SMALL), sequence(LARGE), sequence(LARGE)));

    assertThat(inbox.heldTokens(2)).containsExactly(2, 4);
    assertThat(inbox.heldTokens(1)).containsExactly(6);
    var _ = inbox.drain();
    assertThat(inbox.heldTokens(2)).containsExactly(0, 0);
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

  /**
   * Callers classify by what was published last, as admission does, and put in whenever they come
   * to it, while the draining thread changes the classes.
   */
  @Test
  void offers_whileClassesChange_allArriveOnceOnTheDrainingThread() throws InterruptedException {
    for (long seed = 1; seed <= TestLength.of(2, 5); seed++) {
      System.out.println("inbox seed " + seed);
      var changes = new AtomicInteger();
      var published = new AtomicReference<>(List.of(new SizeClass(0, "first")));
      Inbox changing = new Inbox(published.get(), CALLERS * EACH);
      Set<Sequence> offered = ConcurrentHashMap.newKeySet();
      List<Thread> callers = new ArrayList<>();
      for (int t = 0; t < CALLERS; t++) {
        var random = new SplittableRandom(seed * 100 + t);
        Thread caller = new Thread(() -> call(changing, published, changes, offered, random));
        callers.add(caller);
        caller.start();
      }
      Set<Sequence> arrived = Collections.newSetFromMap(new IdentityHashMap<>());
      var random = new SplittableRandom(seed);
      while (arrived.size() < CALLERS * EACH) {
        for (Sequence taken : changing.drain()) {
          assertThat(arrived.add(taken)).as("taken once").isTrue();
        }
        if (random.nextInt(4) == 0) {
          List<SizeClass> next = classes(random, changes.incrementAndGet());
          changing.follow(next);
          published.set(next);
        }
      }
      for (Thread caller : callers) {
        caller.join();
      }

      assertThat(arrived).containsExactlyInAnyOrderElementsOf(offered);
      assertThat(changes).hasValueGreaterThanOrEqualTo(EACH / BETWEEN_CHANGES);
      assertThat(changing.held()).isZero();
      assertThat(changing.drain()).isEmpty();
      assertThat(changing.sinkClasses()).containsExactlyInAnyOrderElementsOf(published.get());
    }
  }

  private static void call(
      Inbox inbox,
      AtomicReference<List<SizeClass>> published,
      AtomicInteger changes,
      Set<Sequence> offered,
      SplittableRandom random) {
    for (int i = 0; i < EACH; i++) {
      List<SizeClass> newest = published.get();
      Sequence sequence = sequence(newest.get(random.nextInt(newest.size())));
      offered.add(sequence);
      int before = changes.get();
      while (i % BETWEEN_CHANGES == 0 && changes.get() == before) {
        // What was classified just now is put in after a change.
        Thread.onSpinWait();
      }
      assertThat(inbox.offer(List.of(sequence))).isTrue();
    }
  }

  /** Some of them are those of another time. */
  private static List<SizeClass> classes(SplittableRandom random, int generation) {
    return IntStream.rangeClosed(0, random.nextInt(4))
        .mapToObj(i -> new SizeClass(i, random.nextBoolean() ? "usual" : "of " + generation))
        .toList();
  }

  private static Sequence sequence(SizeClass sizeClass) {
    return sequence(sizeClass, 0);
  }

  private static Sequence sequence(SizeClass sizeClass, long arrivalNanos) {
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
        arrivalNanos);
  }
}
