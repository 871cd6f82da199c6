package io.chameleon.scheduling;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.request.AdapterTier;
import io.chameleon.request.FinishReason;
import io.chameleon.request.RequestTiming;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sequences whose adapters are being loaded wait; nobody waits for them. */
class SchedulerLoadingTest {

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
  void sequence_whoseAdapterIsBeingLoaded_isPassedByLaterOnes() {
    world.leases.setLoading("slow", true);
    Sequence slow = world.enqueue(request("slow", 2, 3));
    Sequence base = world.enqueue(request(2, 3));
    Sequence other = world.enqueue(request("a", 2, 3));

    world.step();

    assertThat(world.engine.lastBatch().sequences()).hasSize(2);
    assertThat(slow.status()).isEqualTo(SequenceStatus.WAITING);
    world.step();
    world.step();
    assertThat(world.finished(base).reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(world.finished(other).reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(world.output(slow).tokens()).isEmpty();
  }

  @Test
  void sequence_whoseAdapterHasCome_startsInTheNextPassBeforeLaterOnes() {
    world = new SchedulerFixture(new SchedulingLimits(16, 2, 8, 8), 256);
    world.leases.setLoading("slow", true);
    Sequence slow = world.enqueue(request("slow", 2, 3));
    world.enqueue(request(2, 9));
    world.step();
    Sequence later = world.enqueue(request(2, 9));
    world.leases.setLoading("slow", false);

    world.step();

    assertThat(slow.status()).isEqualTo(SequenceStatus.RUNNING);
    assertThat(later.status()).isEqualTo(SequenceStatus.WAITING);
    world.runToEnd();
    assertThat(world.output(slow).tokens()).hasSize(3);
  }

  @Test
  void timing_ofALoad_countsAsAdapterAndNotAsQueue() {
    world.leases.setLoading("slow", true);
    Sequence slow = world.enqueue(request("slow", 2, 3));
    world.enqueue(request(2, 2));
    world.step();
    world.step();
    world.leases.setLoading("slow", false);

    world.runToEnd();

    assertThat(world.finished(slow).timing())
        .isEqualTo(
            new RequestTiming(
                Duration.ZERO,
                SchedulerFixture.STEP.multipliedBy(2),
                AdapterTier.DISK,
                SchedulerFixture.STEP,
                SchedulerFixture.STEP.multipliedBy(2)));
  }

  @Test
  void scheduler_whileAllWaitForLoads_isStalled() {
    world.leases.setLoading("slow", true);
    world.leases.setLoading("slower", true);
    world.enqueue(request("slow", 2, 3));
    world.enqueue(request("slower", 2, 3));

    assertThat(world.step()).isFalse();
    assertThat(world.scheduler.isStalled()).isTrue();

    world.leases.setLoading("slower", false);
    assertThat(world.step()).isTrue();
    assertThat(world.scheduler.isStalled()).isFalse();
  }

  @Test
  void scheduler_whileSomebodyRuns_isNotStalled() {
    world.leases.setLoading("slow", true);
    world.enqueue(request("slow", 2, 3));
    world.enqueue(request(2, 3));

    assertThat(world.step()).isTrue();

    assertThat(world.scheduler.isStalled()).isFalse();
  }

  @Test
  void scheduler_whoseLastSequenceHasPutItselfBack_isNotStalled() {
    world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 4), 24);
    world.cells.occupyLast(10);
    world.enqueue(request(6, 15));
    while (world.scheduler.snapshot().preemptions() == 0) {
      world.step();
    }

    assertThat(world.scheduler.snapshot().running()).isZero();
    assertThat(world.scheduler.isEmpty()).isFalse();
    assertThat(world.scheduler.isStalled()).as("it may fit at another try").isFalse();
  }

  @Test
  void head_withoutRoom_isNotPassedByOneWhoseAdapterIsHere() {
    world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 8), 24);
    world.leases.setLoading("slow", true);
    Sequence slow = world.enqueue(request("slow", 2, 3));
    world.enqueue(request(8, 8));
    Sequence large = world.enqueue(request(8, 8));
    Sequence small = world.enqueue(request("a", 1, 1));

    world.step();

    assertThat(slow.status()).isEqualTo(SequenceStatus.WAITING);
    assertThat(large.status()).isEqualTo(SequenceStatus.WAITING);
    assertThat(small.status()).isEqualTo(SequenceStatus.WAITING);
    world.leases.setLoading("slow", false);
    world.runToEnd();
  }

  @Test
  void cancel_whileItsAdapterIsBeingLoaded_closesTheLease() {
    world.leases.setLoading("slow", true);
    Sequence slow = world.enqueue(request("slow", 2, 3));
    world.step();
    assertThat(world.leases.openLeases()).isEqualTo(1);

    slow.cancel();
    world.scheduler.endCancelled(List.of(slow));

    assertThat(world.leases.openLeases()).isZero();
    assertThat(world.scheduler.isEmpty()).isTrue();
  }
}
