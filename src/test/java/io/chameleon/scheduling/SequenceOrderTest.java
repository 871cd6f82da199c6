package io.chameleon.scheduling;

import static io.chameleon.scheduling.Sequences.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.request.ServiceTerms;
import io.chameleon.scheduling.fairness.FairnessKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The order of a queue whose requests have priorities and clients, by cases computed by hand. */
class SequenceOrderTest {

  private final SequenceQueue queue = new SequenceQueue(FairnessProperties.DEFAULT);

  private long arrivals;

  @Test
  void priorities_theLowerGoesFirstAndAmongEqualsWhoCameFirst() {
    Sequence ordinary = add(0, null, 1);
    Sequence least = add(Integer.MAX_VALUE, null, 1);
    Sequence batch = add(100, null, 1);
    Sequence chat = add(-10, null, 1);
    Sequence later = add(0, null, 1);
    Sequence most = add(Integer.MIN_VALUE, null, 1);

    assertThat(queue.view()).containsExactly(most, chat, ordinary, later, batch, least);
  }

  @Test
  void clients_ofEqualPriority_haveTurnsByWhatTheyHaveHad() {
    Sequence a1 = add(0, "a", 10);
    Sequence a2 = add(0, "a", 10);
    Sequence a3 = add(0, "a", 10);
    Sequence b1 = add(0, "b", 4);
    Sequence b2 = add(0, "b", 4);
    Sequence b3 = add(0, "b", 4);
    Sequence b4 = add(0, "b", 4);

    // a has 10; b 4, 8, 12; a 20; b 16.
    assertThat(queue.view()).containsExactly(a1, b1, b2, b3, a2, b4, a3);
    assertThat(startAll()).containsExactly(a1, b1, b2, b3, a2, b4, a3);
  }

  @Test
  void tokens_generated_countTwiceAgainstTheirClient() {
    Sequence a1 = add(0, "a", 10);
    Sequence a2 = add(0, "a", 1);
    Sequence b1 = add(0, "b", 10);
    Sequence b2 = add(0, "b", 1);
    assertThat(startFirst()).isSameAs(a1);
    assertThat(startFirst()).isSameAs(b1);
    // Both have had 10, and a came first.
    assertThat(queue.view()).containsExactly(a2, b2);

    a1.append(7);

    assertThat(queue.view()).containsExactly(b2, a2);
    b1.append(7);
    b1.append(7);
    assertThat(queue.view()).containsExactly(a2, b2);
  }

  @Test
  void client_thatComesLate_hasNothingSavedUp() {
    Sequence a1 = add(0, "a", 100);
    Sequence a2 = add(0, "a", 1);
    Sequence a3 = add(0, "a", 1);
    assertThat(startFirst()).isSameAs(a1);
    Sequence b1 = add(0, "b", 1);
    Sequence b2 = add(0, "b", 1);

    // b begins at the 100 of a, whose requests came first.
    assertThat(queue.view()).containsExactly(a2, b1, a3, b2);
  }

  @Test
  void priority_goesBeforeShare() {
    Sequence a1 = add(0, "a", 10);
    Sequence b1 = add(1, "b", 1);
    Sequence a2 = add(0, "a", 10);
    Sequence c1 = add(0, "c", 1);

    assertThat(queue.view()).containsExactly(a1, c1, a2, b1);
  }

  @Test
  void putBack_goesBeforeAllOthersAndIsNotChargedAgain() {
    Sequence a1 = add(0, "a", 10);
    Sequence a2 = add(0, "a", 10);
    Sequence b1 = add(0, "b", 10);
    assertThat(startFirst()).isSameAs(a1);
    Sequence urgent = add(-5, "b", 1);

    a1.preempt();
    queue.addFirst(a1);

    assertThat(queue.view()).containsExactly(a1, urgent, b1, a2);
    assertThat(startFirst()).isSameAs(a1);
    assertThat(startFirst()).isSameAs(urgent);
    assertThat(startFirst()).isSameAs(b1);
    // a has had 10 once; b 1 and 10.
    Sequence b2 = add(0, "b", 1);
    assertThat(queue.view()).containsExactly(a2, b2);
  }

  @Test
  void others_thatHaveRun_goBehindThoseThatWereFirst() {
    Sequence fresh = add(0, "a", 1);
    Sequence first = Sequences.preempted(sequence(0, "a", 1), 0);
    Sequence second = Sequences.preempted(sequence(0, "b", 1), 0);

    queue.addLast(first);
    queue.addLast(second);

    assertThat(queue.view()).containsExactly(first, second, fresh);
  }

  @Test
  void onesThatStay_leaveTheTurnToTheNextClientInThisWalkAlone() {
    Sequence a1 = add(0, "a", 10);
    Sequence a2 = add(0, "a", 10);
    Sequence b1 = add(0, "b", 5);
    Iterator<Sequence> walk = queue.iterator();
    assertThat(walk.next()).isSameAs(a1);
    assertThat(walk.next()).isSameAs(b1);
    started(b1);
    walk.remove();
    assertThat(walk.next()).isSameAs(a2);
    assertThat(walk.hasNext()).isFalse();

    assertThat(queue.view()).containsExactly(a1, a2);
    Sequence b2 = add(0, "b", 5);
    // a has had nothing, b 5.
    assertThat(queue.view()).containsExactly(a1, b2, a2);
  }

  @Test
  void onesThatAreGivenUp_countNothing() {
    Sequence a1 = add(0, "a", 10);
    Sequence a2 = add(0, "a", 10);
    Sequence b1 = add(0, "b", 5);
    Iterator<Sequence> walk = queue.iterator();
    walk.next().end();
    walk.remove();
    assertThat(walk.next()).isSameAs(a2);
    assertThat(walk.next()).isSameAs(b1);

    assertThat(a1.hasEnded()).isTrue();
    queue.remove(a2);
    Sequence a3 = add(0, "a", 10);
    assertThat(queue.view()).containsExactly(b1, a3);
  }

  @Test
  void everyEighthStart_isOfThePriorityThatHasGoneWithoutForLongest() {
    for (int i = 0; i < 30; i++) {
      add(-1, "a", 1);
      add(1, "b", 1);
      add(7, "c", 1);
    }

    List<Integer> priorities =
        startAll().stream().limit(24).map(s -> s.request().terms().priority()).toList();

    List<Integer> expected = new ArrayList<>();
    for (int turn : new int[] {1, 7, 1}) {
      expected.addAll(Collections.nCopies(7, -1));
      expected.add(turn);
    }
    assertThat(priorities).isEqualTo(expected);
  }

  @Test
  void clients_whereAdaptersAreTheKey_areThoseOfTheFairnessKeyOrElseOfTheAdapter() {
    SequenceQueue byAdapter =
        new SequenceQueue(new FairnessProperties(true, 8, FairnessKey.ADAPTER, 1, 2, 10));
    Sequence a1 = Sequences.adapted("a", 8, 10, 5);
    Sequence a2 = Sequences.adapted("a", 8, 10, 5);
    Sequence base = Sequences.waiting(10, 5);
    Sequence b1 = Sequences.adapted("b", 8, 10, 5);
    Sequence tenant = sequence(0, "a", 10);
    List.of(a1, a2, base, b1, tenant).forEach(byAdapter::addLast);

    assertThat(byAdapter.view()).first().isSameAs(a1);
    assertThat(byAdapter.view()).last().isSameAs(a2);
  }

  @Test
  void terms_whereNeitherIsAskedFor_doNotMatter() {
    SequenceQueue plain = new SequenceQueue();
    List<Sequence> all =
        List.of(
            sequence(5, "a", 9), sequence(0, "a", 9), sequence(-3, "b", 1), sequence(0, "b", 1));
    all.forEach(plain::addLast);

    assertThat(plain.view()).containsExactlyElementsOf(all);
  }

  private Sequence add(int priority, @Nullable String client, int promptTokens) {
    Sequence added = sequence(priority, client, promptTokens);
    queue.addLast(added);
    return added;
  }

  private Sequence sequence(int priority, @Nullable String client, int promptTokens) {
    return Sequences.on(new ServiceTerms(null, priority, client), promptTokens, arrivals++);
  }

  private Sequence startFirst() {
    Iterator<Sequence> walk = queue.iterator();
    Sequence first = started(walk.next());
    walk.remove();
    return first;
  }

  private List<Sequence> startAll() {
    List<Sequence> order = new ArrayList<>();
    while (!queue.isEmpty()) {
      order.add(startFirst());
    }
    return order;
  }
}
