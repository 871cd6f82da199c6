package io.chameleon.scheduling;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.fixtures.FakeEngine;
import io.chameleon.fixtures.Samplers;
import io.chameleon.memory.OwnedCells;
import io.chameleon.request.AdapterRefusedException;
import io.chameleon.request.FinishReason;
import io.chameleon.request.InferenceRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What sequences hold while they run, and what is done when there is not enough of it. */
class SchedulerRoomTest {

  private SchedulerFixture world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 8), 256);

  @AfterEach
  void everythingIsGivenBack() {
    world.scheduler.failAll(new IllegalStateException("the test is over"));
    world.scheduler.checkIntegrity();
    assertThat(world.cells.lentCells()).isZero();
    assertThat(world.leases.openLoans()).isZero();
    assertThat(world.leases.openLeases()).isZero();
  }

  @Test
  void adapter_whenRefused_failsThatRequestAlone() {
    Sequence bad = world.enqueue(request("bad", 2, 2));
    Sequence broken = world.enqueue(request("broken", 2, 2));
    Sequence good = world.enqueue(request("a", 2, 2));
    assertThat(bad.hasEnded()).as("before the first pass").isTrue();

    world.runToEnd();

    assertThat(world.failure(bad))
        .isInstanceOf(AdapterRefusedException.class)
        .hasMessageContaining("NaN");
    assertThat(world.failure(broken)).hasMessageContaining("stumbled");
    assertThat(world.finished(good).reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(world.scheduler.snapshot().departures()).isEqualTo(3);
  }

  @Test
  void adapter_withoutRoomWhenNothingRuns_isRefusedInsteadOfWaitingForEver() {
    AdapterLease x = lent("x");
    AdapterLease y = lent("y");
    Sequence sequence = world.enqueue(request("a", 2, 2));

    assertThat(world.step()).isFalse();

    assertThat(world.failure(sequence))
        .hasMessageContaining("no room for it even while nothing else runs");
    x.close();
    y.close();
  }

  @Test
  void sampler_thatCannotBeMade_failsThatRequestAlone() {
    world =
        new SchedulerFixture(
            new SchedulingLimits(16, 4, 8, 8),
            256,
            (request, ends) -> {
              throw new IllegalArgumentException("no sampler");
            });
    Sequence sequence = world.enqueue(request("a", 2, 2));

    assertThat(world.step()).isFalse();

    assertThat(world.failure(sequence)).hasMessage("no sampler");
  }

  @Test
  void start_thatCopiesHinderAgainAndAgain_isWaitedForInTheEnd() {
    world.enqueue(request(4, 100));
    world.step();
    world.cells.hinder();
    Sequence hindered = world.enqueue(request(4, 4));

    assertThat(passesUntilItRuns(hindered)).as("passes, the last of which waited").isEqualTo(9);
    world.runToEnd();
    assertThat(world.output(hindered).tokens()).hasSize(4);
  }

  @Test
  void start_thatCopiesHinder_whereThePolicyLooksSeldom_isWaitedForByTheStepNotByTheLook() {
    world =
        new SchedulerFixture(
            new SchedulingLimits(16, 4, 8, 8),
            256,
            PolicyKind.S_LORA.create(PolicySettings.DEFAULT));
    world.enqueue(request(4, 100));
    world.step();
    world.cells.hinder();
    Sequence hindered = world.enqueue(request(4, 4));

    int passes = passesUntilItRuns(hindered);

    int period = PolicySettings.DEFAULT.slora().admissionPeriod();
    assertThat(period).as("steps between looks").isGreaterThanOrEqualTo(8);
    assertThat(passes).as("one look that did not wait, one that did").isBetween(9, 2 * period + 2);
    world.runToEnd();
  }

  @Test
  void starts_thatCopiesHinder_areWaitedForOneAStep() {
    world.enqueue(request(4, 100));
    world.step();
    world.cells.hinder();
    Sequence first = world.enqueue(request(4, 40));
    Sequence second = world.enqueue(request(4, 40));
    // Nobody passes a head that lacks memory, so only now the second is tried as well.
    assertThat(passesUntilItRuns(first)).isEqualTo(9);
    assertThat(second.status()).isEqualTo(SequenceStatus.WAITING);

    assertThat(passesUntilItRuns(second)).as("passed over since the first began").isEqualTo(8);
    world.runToEnd();
  }

  @Test
  void startsThatAreDue_inOneStep_areWaitedForOneAfterTheOther() {
    SequenceResources resources =
        new SequenceResources(world.cells, world.leases, Samplers::create, 8, world.clock);
    world.cells.hinder();
    List<Sequence> hindered = List.of(Sequences.waiting(4, 8), Sequences.waiting(4, 8));
    for (int step = 0; step < 8; step++) {
      resources.beginStep();
      hindered.forEach(sequence -> assertThat(start(resources, sequence)).isEqualTo(Loan.NO_ROOM));
    }

    resources.beginStep();
    assertThat(start(resources, hindered.getFirst())).isEqualTo(Loan.LENT);
    assertThat(start(resources, hindered.getLast())).as("same step").isEqualTo(Loan.NO_ROOM);
    resources.beginStep();
    assertThat(start(resources, hindered.getLast())).isEqualTo(Loan.LENT);
    hindered.forEach(resources::release);
  }

  @Test
  void start_thatLacksRoomByCountForSomeSteps_isNotPassedOverInThose() {
    SequenceResources resources =
        new SequenceResources(world.cells, world.leases, Samplers::create, 8, world.clock);
    world.cells.hinder();
    Sequence hindered = Sequences.waiting(4, 8);
    resources.beginStep();
    assertThat(start(resources, hindered)).isEqualTo(Loan.NO_ROOM);
    OwnedCells all = world.cells.allocate(256).orElseThrow();
    for (int step = 0; step < 20; step++) {
      resources.beginStep();
      assertThat(start(resources, hindered)).isEqualTo(Loan.NO_ROOM);
    }
    world.cells.release(all);

    for (int step = 0; step < 7; step++) {
      resources.beginStep();
      assertThat(start(resources, hindered)).as("step %d", step).isEqualTo(Loan.NO_ROOM);
    }
    resources.beginStep();
    assertThat(start(resources, hindered)).isEqualTo(Loan.LENT);
    resources.release(hindered);
  }

  @Test
  void loan_ofAStartThatCopiesHinder_isTakenBackAndNotGivenBack() {
    world.enqueue(request(4, 100));
    world.step();
    world.cells.hinder();
    Sequence hindered = world.enqueue(request("a", 4, 4));

    assertThat(passesUntilItRuns(hindered)).isEqualTo(9);

    assertThat(world.leases.takenBack()).isEqualTo(8);
    assertThat(world.leases.givenBack()).isZero();
    world.runToEnd();
  }

  /** Tries it beside others that run. */
  private static Loan start(SequenceResources resources, Sequence sequence) {
    return resources.tryStart(sequence, false, true);
  }

  @Test
  void start_thatCopiesHinder_whereNothingRunsAndOneBeforeItIsBeingLoaded_isWaitedForAtOnce() {
    world.cells.hinder();
    world.leases.setLoading("slow", true);
    world.enqueue(request("slow", 2, 3));
    Sequence behind = world.enqueue(request(4, 4));

    assertThat(world.step()).isTrue();

    assertThat(behind.kv()).isNotNull();
    world.leases.setLoading("slow", false);
    world.runToEnd();
  }

  @Test
  void start_thatCopiesHinderWhileNothingRuns_isWaitedForAtOnce() {
    world.cells.hinder();
    Sequence alone = world.enqueue(request(4, 4));

    world.step();

    assertThat(alone.kv()).isNotNull();
    world.runToEnd();
  }

  @Test
  void cells_forHugeMaxTokens_areReservedBitByBit() {
    Sequence sequence = world.enqueue(request(10, 200));
    world.step();
    assertThat(world.scheduler.snapshot().lentCells()).isEqualTo(18);

    world.runToEnd();

    assertThat(world.output(sequence).tokens()).hasSize(200);
  }

  @Test
  void growth_withoutRoom_putsTheYoungestBackAndRepeatsNoToken() {
    world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 4), 40);
    InferenceRequest first = request("a", 6, 30);
    InferenceRequest second = request("b", 5, 30);
    InferenceRequest third = request(7, 30);
    List<Sequence> sequences =
        List.of(world.enqueue(first), world.enqueue(second), world.enqueue(third));

    world.runToEnd();

    assertThat(world.scheduler.snapshot().preemptions()).isPositive();
    assertThat(world.scheduler.snapshot().departures()).isEqualTo(3);
    assertThat(sequences.stream().map(s -> world.output(s).tokens()))
        .containsExactly(
            FakeEngine.expected(first).tokens(),
            FakeEngine.expected(second).tokens(),
            FakeEngine.expected(third).tokens());
  }

  @Test
  void growth_thatMovesOthers_feedsThemWhereTheyLieNow() {
    world = new SchedulerFixture(new SchedulingLimits(16, 4, 16, 2), 30);
    InferenceRequest[] requests = {request(3, 1), request(4, 12), request(9, 9)};
    List<Sequence> sequences = List.of(requests).stream().map(world::enqueue).toList();

    world.runToEnd();

    assertThat(world.engine.violations()).isEmpty();
    for (int i = 0; i < requests.length; i++) {
      assertThat(world.output(sequences.get(i)).tokens())
          .isEqualTo(FakeEngine.expected(requests[i]).tokens());
    }
  }

  @Test
  void preempted_sequence_keepsItsVersionPinnedButNotLent() {
    world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 4), 40);
    world.enqueue(request("a", 6, 30));
    Sequence youngest = world.enqueue(request("b", 5, 30));
    while (world.scheduler.snapshot().preemptions() == 0) {
      world.step();
    }

    assertThat(youngest.status()).isEqualTo(SequenceStatus.WAITING);
    assertThat(youngest.kv()).isNull();
    assertThat(youngest.lease().isLent()).isFalse();
    assertThat(world.leases.openLoans()).isEqualTo(1);
    assertThat(world.leases.openLeases()).isEqualTo(2);
    world.runToEnd();
    assertThat(world.output(youngest).tokens()).hasSize(30);
    assertThat(world.leases.openLeases()).isZero();
  }

  @Test
  void growth_whenSmallerStepFits_takesIt() {
    world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 8), 24);
    world.cells.occupyLast(6);
    Sequence sequence = world.enqueue(request(6, 12));

    world.runToEnd();

    assertThat(world.finished(sequence).reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void growth_ofLoneSequenceWithoutRoom_endsItWithAnError() {
    world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 4), 24);
    world.cells.occupyLast(10);
    Sequence sequence = world.enqueue(request("a", 6, 15));
    Sequence later = world.enqueue(request(2, 2));

    world.runToEnd();

    assertThat(world.failure(sequence))
        .isInstanceOf(SequenceTooLongException.class)
        .hasMessageContaining("15 tokens")
        .hasMessageContaining("24 tokens beside the adapter `a`");
    assertThat(world.finished(later).reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void start_ofLoneSequence_isContentWithItsPrompt() {
    world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 8), 24);
    world.cells.occupyLast(14);
    Sequence sequence = world.enqueue(request(9, 2));

    world.runToEnd();

    assertThat(world.finished(sequence).reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void start_ofLoneSequenceWithoutRoom_endsItWithAnError() {
    world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 8), 24);
    world.cells.occupyLast(20);
    Sequence sequence = world.enqueue(request(9, 2));

    assertThat(world.step()).isFalse();

    assertThat(world.failure(sequence)).hasMessageContaining("24 tokens beside what else it holds");
  }

  @Test
  void start_withoutRoom_isNotPassedByASmallerOne() {
    world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 8), 24);
    world.enqueue(request(8, 8));
    world.enqueue(request(8, 8));
    world.enqueue(request(1, 1));

    world.step();

    assertThat(world.scheduler.snapshot().running()).isEqualTo(1);
    assertThat(world.scheduler.snapshot().waiting()).isEqualTo(2);
    world.runToEnd();
  }

  @Test
  void failAll_withReleaseThatThrows_endsEverySequenceNevertheless() {
    Sequence first = world.enqueue(request(2, 9));
    Sequence second = world.enqueue(request(2, 9));
    world.step();
    world.cells.release(first.kv());

    assertThatIllegalStateException()
        .isThrownBy(() -> world.scheduler.failAll(new RuntimeException("bug")));

    assertThat(world.failure(first)).hasMessage("bug");
    assertThat(world.failure(second)).hasMessage("bug");
    assertThat(world.scheduler.isEmpty()).isTrue();
  }

  private AdapterLease lent(String adapter) {
    AdapterLease lease = world.leases.request(adapter);
    assertThat(lease.tryLend(0)).isEqualTo(AdapterLease.Loan.LENT);
    return lease;
  }

  private int passesUntilItRuns(Sequence sequence) {
    int passes = 0;
    while (sequence.kv() == null && passes < 100) {
      world.step();
      passes++;
    }
    return passes;
  }
}
