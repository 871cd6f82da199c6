package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.admission.RequestSize;
import io.chameleon.scheduling.Sequence;
import io.chameleon.scheduling.SequenceEnding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Cases computed by hand. */
class ChameleonPolicyTest {

  /** Two classes, parted at an output of 5 tokens, each with half of the tokens. */
  private static final Map<String, Object> TWO_CLASSES =
      Map.of(
          "queues", "static", "static-classes", 2, "sizes", "output-only", "max-output-tokens", 10);

  @Test
  void small_behindLargeThatDoNotFit_startsAtOnce() {
    var world = new PolicyWorld(100, TWO_CLASSES);
    Sequence large = world.enqueue(40, 10);
    Sequence second = world.enqueue(40, 10);
    Sequence small = world.enqueue(8, 2);

    world.step();

    assertThat(world.runs(large)).isTrue();
    assertThat(world.runs(second)).isFalse();
    assertThat(world.runs(small)).isTrue();
    world.runToEnd();
    assertThat(world.tokens(second)).hasSize(10);
  }

  @Test
  void head_thatDoesNotFit_keepsTheRemainderOfItsClass() {
    var world = new PolicyWorld(100, TWO_CLASSES);
    world.enqueue(25, 5);
    Sequence blocked = world.enqueue(25, 5);
    List<Sequence> small = IntStream.range(0, 6).mapToObj(i -> world.enqueue(8, 2)).toList();

    world.step();

    assertThat(world.runs(blocked)).isFalse();
    assertThat(small).filteredOn(world::runs).containsExactlyElementsOf(small.subList(0, 5));
    assertThat(world.policy.usage(1).available()).isEqualTo(20);
  }

  @Test
  void tokens_ofAClassWithoutRequests_areLentAndComeBack() {
    var world = new PolicyWorld(100, TWO_CLASSES);
    List<Sequence> small = IntStream.range(0, 8).mapToObj(i -> world.enqueue(8, 2)).toList();

    world.step();

    assertThat(small).allMatch(world::runs);
    assertThat(world.policy.usage(0).borrowed()).isEqualTo(30);
    assertThat(world.policy.usage(1).lent()).isEqualTo(30);
    world.runToEnd();
    assertThat(world.policy.usage(1)).isEqualTo(new ClassUsage(50, 0, 0, 0, 0, 0, 0));
    assertThat(world.policy.counts().starts()).isEqualTo(8);
  }

  @Test
  void output_pastItsPrediction_isCountedAsOverrun() {
    var world = new PolicyWorld(100, TWO_CLASSES);
    world.enqueue(null, new RequestSize(8, 2), 20);

    for (int step = 0; step < 6; step++) {
      world.step();
    }

    // Six tokens were generated where two were predicted.
    assertThat(world.policy.usage(0)).isEqualTo(new ClassUsage(50, 14, 0, 0, 0, 4, 1));
  }

  @Test
  void adapter_thatRuns_isChargedToItsFirstUserAlone() {
    var world = new PolicyWorld(100, TWO_CLASSES);
    world.enqueue("a", new RequestSize(8, 2, 8, 12), 2);
    world.enqueue("a", new RequestSize(8, 2, 8, 12), 2);

    world.step();

    assertThat(world.policy.usage(0).own()).isEqualTo(22 + 10);
  }

  @Test
  void classes_foundWhileRequestsWait_loseNobody() {
    var world =
        new PolicyWorld(
            100,
            Map.of(
                "refresh",
                "1s",
                "minimum-samples",
                8,
                "k-max",
                2,
                "sizes",
                "output-only",
                "max-output-tokens",
                10));
    List<Sequence> large = IntStream.range(0, 4).mapToObj(i -> world.enqueue(20, 10)).toList();
    List<Sequence> small = IntStream.range(0, 4).mapToObj(i -> world.enqueue(8, 2)).toList();
    world.step();
    assertThat(world.policy.classes()).isEqualTo(1);
    assertThat(world.policy.waiting()).hasSize(5).startsWith(large.get(3));

    world.clock.advance(Duration.ofMillis(990));
    world.step();

    assertThat(world.policy.classes()).isEqualTo(2);
    // Those that run are charged to the class that they turn out to be of, so a small one starts.
    assertThat(world.policy.usage(1).own()).isEqualTo(90);
    assertThat(world.policy.usage(0).own()).isEqualTo(10);
    assertThat(world.policy.waiting())
        .containsExactly(small.get(1), small.get(2), small.get(3), large.get(3));
    world.runToEnd();
    assertThat(large).allSatisfy(sequence -> assertThat(world.tokens(sequence)).hasSize(10));
    assertThat(small).allSatisfy(sequence -> assertThat(world.tokens(sequence)).hasSize(2));
    assertThat(world.outputs.values()).allSatisfy(output -> assertThat(output.endings).hasSize(1));
  }

  @Test
  void younger_thatEndsBeforeTheHeadsMemoryIsFree_passesIt() {
    var world = blockedHead(Map.of());
    Sequence younger = world.enqueue(5, 3);

    world.step();

    // Its 3 steps are fewer than the 9 that the running request has left.
    assertThat(world.runs(younger)).isTrue();
    assertThat(world.policy.counts()).isEqualTo(new ChameleonCounts(2, 1, 0, 0));
    world.runToEnd();
    assertThat(world.policy.counts().squashes()).isZero();
  }

  @Test
  void younger_thatEndsLater_waitsBehindTheHead() {
    var world = blockedHead(Map.of());
    Sequence younger = world.enqueue(5, 9);

    world.step();

    assertThat(world.runs(younger)).isFalse();
    assertThat(world.policy.counts().bypasses()).isZero();
  }

  @Test
  void younger_whereOneHasPassedAlreadyOrNoneMay_waits() {
    var world = blockedHead(Map.of());
    world.enqueue(5, 3);
    Sequence second = world.enqueue(5, 3);
    var strict = blockedHead(Map.of("bypass", false));
    Sequence behind = strict.enqueue(5, 3);

    world.step();
    world.step();
    strict.step();

    assertThat(world.runs(second)).isFalse();
    assertThat(strict.runs(behind)).isFalse();
  }

  @Test
  void passing_whoseMemoryIsAllTheHeadLacks_isSquashedAndGoesOnLaterWithoutARepeatedToken() {
    var world = blockedHead(Map.of());
    Sequence head = world.policy.waiting().iterator().next();
    // It generates more than is predicted, so it still runs when the first has ended.
    Sequence younger = world.enqueue(null, new RequestSize(9, 3), 30);
    while (!world.runs(head)) {
      world.step();
    }

    assertThat(world.runs(younger)).isFalse();
    assertThat(world.policy.counts().squashes()).isEqualTo(1);
    assertThat(world.policy.counts().squashedShare()).isEqualTo(1 / 3.0);
    assertThat(world.tokens(younger)).isNotEmpty();
    world.runToEnd();
    var alone = new PolicyWorld(100, Map.of());
    Sequence same = alone.enqueue(null, new RequestSize(9, 3), 30);
    alone.runToEnd();
    assertThat(world.tokens(younger)).hasSize(30).isEqualTo(alone.tokens(same));
    assertThat(world.outputs.get(younger).endings.getFirst())
        .isInstanceOf(SequenceEnding.Complete.class);
  }

  @Test
  void passing_whereNobodyIsSquashed_runsToItsEnd() {
    var world = blockedHead(Map.of("squash", false));
    Sequence younger = world.enqueue(null, new RequestSize(9, 3), 12);

    world.runToEnd();

    assertThat(world.policy.counts()).isEqualTo(new ChameleonCounts(3, 1, 0, 0));
    assertThat(world.scheduler.snapshot().preemptions()).isZero();
    assertThat(world.tokens(younger)).hasSize(12);
  }

  @Test
  void admission_withAPeriod_looksEverySoManyStepsOfDecode() {
    var world = new PolicyWorld(100, Map.of("admission-period", 3));
    world.enqueue(2, 10);
    world.step();
    Sequence later = world.enqueue(2, 2);

    for (int step = 1; step <= 3; step++) {
      world.step();
      assertThat(world.runs(later)).as("step %d", step).isFalse();
    }
    world.step();

    assertThat(world.runs(later)).isTrue();
  }

  /** 60 of 100 cells can be had; one that runs holds 30 and has 9 tokens left, a head needs 50. */
  private static PolicyWorld blockedHead(Map<String, Object> properties) {
    var world = new PolicyWorld(100, properties);
    world.cells.occupyLast(40);
    world.enqueue(20, 10);
    world.step();
    Sequence head = world.enqueue(30, 20);
    assertThat(world.runs(head)).isFalse();
    return world;
  }
}
