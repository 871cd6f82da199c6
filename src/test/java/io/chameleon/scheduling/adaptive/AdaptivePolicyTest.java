package io.chameleon.scheduling.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.admission.RequestSize;
import io.chameleon.request.ServiceTerms;
import io.chameleon.scheduling.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cases by hand. */
class AdaptivePolicyTest {

  private static final Duration LONG = Duration.ofHours(1);

  @Test
  void requests_thatFit_startInTheOrderOfArrivalAtOnce() {
    var world = new AdaptiveWorld(100, plain());
    Sequence first = world.enqueue(20, 4);
    Sequence second = world.enqueue(5, 4);

    world.step();

    assertThat(world.startedLast).containsExactly(first, second);
  }

  @Test
  void client_thatAsksForMore_isPassedByOneThatComesLater() {
    var world = new AdaptiveWorld(40, plain());
    List<Sequence> greedy = flood(world, "greedy", 4);
    world.step();
    Sequence modest = world.enqueue(null, new RequestSize(20, 4), 4, of("modest"));
    List<Sequence> more = flood(world, "greedy", 1);

    world.runToEnd();

    assertThat(world.order)
        .as("next after the one that ran, and the same client's in their order")
        .containsExactly(
            greedy.get(0), modest, greedy.get(1), greedy.get(2), greedy.get(3), more.getFirst());
  }

  @Test
  void clients_withoutAnother_areNeverLater() {
    var world = new AdaptiveWorld(40, plain());
    List<Sequence> all = flood(world, "greedy", 6);
    world.step();
    all.addAll(flood(world, "greedy", 3));

    world.runToEnd();

    assertThat(world.order).containsExactlyElementsOf(all);
  }

  /** As many requests of a client of which one fits at a time. */
  private static List<Sequence> flood(AdaptiveWorld world, String client, int requests) {
    List<Sequence> all = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      all.add(world.enqueue(null, new RequestSize(20, 4), 4, of(client)));
    }
    return all;
  }

  private static ServiceTerms of(String client) {
    return new ServiceTerms(null, 0, client);
  }

  @Test
  void request_thatLacksMemory_isPassedUntilItsPatienceEnds() {
    var world = new AdaptiveWorld(40, plain());
    world.enqueue(20, 10);
    world.step();
    Sequence large = world.enqueue(25, 10);
    Sequence small = world.enqueue(4, 2);
    world.step();
    assertThat(world.startedLast).containsExactly(small);

    world.clock.advance(plain().patience());
    Sequence next = world.enqueue(4, 2);
    world.step();
    assertThat(world.startedLast).isEmpty();

    world.runToEnd();
    assertThat(large.hasStarted() && next.hasStarted()).isTrue();
    assertThat(world.outputs.get(large).tokens).hasSize(10);
  }

  @Test
  void request_beyondThoseLookedAt_waits() {
    var world = new AdaptiveWorld(40, with(1, 0, 0.9));
    world.enqueue(20, 10);
    world.step();
    world.enqueue(25, 10);
    world.enqueue(26, 10);
    Sequence small = world.enqueue(4, 2);

    world.step();

    assertThat(small.hasStarted()).isFalse();
    world.runToEnd();
    assertThat(world.outputs.get(small).tokens).hasSize(2);
  }

  @Test
  void adapter_thatRuns_isCountedOnce() {
    var world = new AdaptiveWorld(60, plain());
    Sequence first = world.enqueue("a", new RequestSize(10, 5, 8, 20), 5);
    Sequence second = world.enqueue("a", new RequestSize(10, 5, 8, 20), 5);
    Sequence other = world.enqueue("b", new RequestSize(5, 5, 8, 20), 5);

    world.step();

    // 35 cells, 15 cells, and 30 of which 10 are left.
    assertThat(world.startedLast).containsExactly(first, second);
    world.runToEnd();
    assertThat(world.outputs.get(other).tokens).hasSize(5);
  }

  @Test
  void prompts_inFullMemory_areGatheredBesideTheDecodeOfOthers() {
    var world = new AdaptiveWorld(100, with(32, 1000, 0));
    world.enqueue(60, 30);
    world.step();
    world.step();
    Sequence one = world.enqueue(2, 1);

    world.step();
    assertThat(one.hasStarted()).isFalse();

    world.clock.advance(Duration.ofSeconds(1));
    world.step();
    assertThat(world.startedLast).containsExactly(one);
  }

  @Test
  void adapter_ofOneThatIsGathered_comesInBeside() {
    var world = new AdaptiveWorld(100, with(32, 1000, 0));
    world.enqueue(60, 20);
    world.step();
    world.step();
    world.leases.setLoading("a", true);
    Sequence adapted = world.enqueue("a", new RequestSize(2, 1, 8, 2), 1);
    world.step();
    assertThat(adapted.hasStarted()).isFalse();

    // The fake gives it at once when asked, and a prefill that is made takes the others along.
    Sequence plain = world.enqueue(2, 1);
    world.leases.setLoading("a", false);
    world.step();
    assertThat(world.startedLast).containsExactlyInAnyOrder(adapted, plain);
  }

  @Test
  void shortRequests_onceWaitsAreMeasured_startBeforeLongOnes() {
    var world = new AdaptiveWorld(60, plain());
    List<Sequence> many = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      many.add(world.enqueue(2 + i % 7, 1 + i % 5));
    }
    world.runToEnd();
    world.enqueue(40, 15);
    world.step();

    Sequence lengthy = world.enqueue(30, 20);
    Sequence brief = world.enqueue(30, 2);
    while (world.startedLast.isEmpty() || !(lengthy.hasStarted() || brief.hasStarted())) {
      world.step();
    }

    assertThat(many).allMatch(Sequence::hasEnded);
    assertThat(brief.hasStarted()).isTrue();
    assertThat(lengthy.hasStarted()).isFalse();
  }

  @Test
  void priority_thatIsBetter_countsAsComeEarlierByItsSteps() {
    var world = new AdaptiveWorld(60, plain());
    world.enqueue(40, 15);
    world.step();
    Sequence ordinary = world.enqueue(30, 20);
    world.clock.advance(Duration.ofMillis(1500));
    Sequence oneStep = world.enqueue(-1, 30, 20);
    Sequence twoSteps = world.enqueue(-2, 30, 20);

    assertThat(world.policy.waiting()).containsExactly(twoSteps, ordinary, oneStep);
    world.runToEnd();
  }

  @Test
  void queue_ofTheSameSequenceTwice_isRefused() {
    var world = new AdaptiveWorld(60, plain());
    Sequence waiting = world.enqueue(4, 4);

    assertThatThrownBy(() -> world.policy.enqueue(waiting))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("waits twice");
    world.policy.remove(waiting);
    assertThatThrownBy(() -> world.policy.remove(waiting))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("does not wait");
  }

  @Test
  void properties_outsideTheirRanges_areRefusedByName() {
    assertThatThrownBy(() -> with(-1, 1, 0)).hasMessageContaining("look-ahead");
    assertThatThrownBy(() -> with(1, -1, 0)).hasMessageContaining("gather-passes");
    assertThatThrownBy(() -> with(1, 1, 0.95)).hasMessageContaining("gather-from");
    assertThatThrownBy(() -> properties(Duration.ZERO, 0.1, 0.1, LONG, 0.9))
        .hasMessageContaining("objective");
    assertThatThrownBy(() -> properties(LONG, 0, 0.1, LONG, 0.9))
        .hasMessageContaining("late-share");
    assertThatThrownBy(() -> properties(LONG, 0.1, 1, LONG, 0.9))
        .hasMessageContaining("postponed-share");
    assertThatThrownBy(() -> properties(LONG, 0.1, 0.1, LONG.multipliedBy(3), 0.9))
        .hasMessageContaining("patience is PT3H; it must be at most postponement");
    assertThatThrownBy(() -> properties(LONG, 0.1, 0.1, LONG.negated(), 0.9))
        .hasMessageContaining("patience");
    assertThatThrownBy(() -> properties(LONG, 0.1, 0.1, LONG, 1.1))
        .hasMessageContaining("forgetting");
  }

  /** Nothing is gathered, and nobody is postponed. */
  private static AdaptivePolicyProperties plain() {
    return with(32, 0, 0.9);
  }

  private static AdaptivePolicyProperties with(
      int lookAhead, double gatherPasses, double gatherFrom) {
    return new AdaptivePolicyProperties(
        Duration.ofSeconds(5),
        0.1,
        0,
        LONG,
        LONG,
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        lookAhead,
        gatherFrom,
        gatherPasses,
        Duration.ofSeconds(1),
        0.99);
  }

  private static AdaptivePolicyProperties properties(
      Duration objective,
      double lateShare,
      double postponedShare,
      Duration patience,
      double forgetting) {
    return new AdaptivePolicyProperties(
        objective,
        lateShare,
        postponedShare,
        LONG,
        LONG,
        LONG,
        patience,
        1,
        0,
        1,
        LONG,
        forgetting);
  }
}
