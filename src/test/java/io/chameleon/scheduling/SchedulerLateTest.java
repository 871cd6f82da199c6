package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.admission.RequestSize;
import io.chameleon.admission.WaitLimit;
import io.chameleon.fixtures.Requests;
import io.chameleon.request.Refusal;
import io.chameleon.request.RequestRejectedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who waits until it is too late is ended before any work is done for it. */
class SchedulerLateTest {

  private static final long MS = 1_000_000;

  private static final long NEVER = Long.MAX_VALUE;

  private final RequestRejectedException tooLate =
      new RequestRejectedException(Refusal.EXPIRED, "too late", Duration.ofMillis(10));

  /** One runs at a time; a step takes 10 ms. */
  private final SchedulerFixture world =
      new SchedulerFixture(new SchedulingLimits(16, 1, 16, 16), 64);

  @Test
  void sequence_thatStillWaitsAtItsDeadline_isEndedWithoutAStep() {
    Sequence running = enqueue(4, 20, WaitLimit.NONE);
    Sequence late = enqueue(4, 2, firstTokenWithin(25));
    assertThat(world.scheduler.nextLatestStart()).isEqualTo(world.clock.getAsLong() + 25 * MS);

    pass();
    pass();
    pass();
    assertThat(late.hasEnded()).isFalse();
    pass();

    assertThat(world.failure(late)).isSameAs(tooLate);
    assertThat(world.output(late).tokens()).isEmpty();
    assertThat(late.hasStarted()).isFalse();
    assertThat(world.scheduler.expirations()).isEqualTo(1);
    assertThat(world.scheduler.snapshot().departures()).isEqualTo(2);
    assertThat(world.scheduler.nextLatestStart()).isEqualTo(NEVER);
    world.runToEnd();
    assertThat(world.output(running).tokens()).hasSize(20);
  }

  @Test
  void sequence_thatHasStartedInTime_runsToItsEnd() {
    Sequence sequence = enqueue(4, 9, firstTokenWithin(15));

    pass();
    pass();
    pass();

    assertThat(sequence.hasEnded()).isFalse();
    assertThat(world.scheduler.nextLatestStart()).isEqualTo(NEVER);
    world.runToEnd();
    assertThat(world.output(sequence).tokens()).hasSize(9);
  }

  @Test
  void sequence_thatHasWaitedAsLongAsItsClassMay_isEnded() {
    Sequence running = enqueue(4, 20, WaitLimit.NONE);
    Sequence late = enqueue(4, 2, new WaitLimit(NEVER, 15 * MS));

    pass();
    pass();
    assertThat(late.hasEnded()).isFalse();
    pass();

    assertThat(world.failure(late)).isSameAs(tooLate);
    assertThat(running.hasEnded()).isFalse();
  }

  @Test
  void sequence_whosePrefillCannotEndInTime_isEndedBeforeItsDeadline() {
    // Steps of 10 ms that feed 16 tokens at most: 48 tokens take 30 ms.
    Sequence running = enqueue(16, 44, WaitLimit.NONE);
    for (int i = 0; i < FastestPrefill.FEWEST_STEPS; i++) {
      pass();
    }
    Sequence shortOne = enqueue(4, 2, firstTokenWithin(55));
    Sequence longOne = enqueue(48, 2, firstTokenWithin(55));

    pass();
    pass();
    assertThat(longOne.hasEnded()).isFalse();
    pass();
    pass();

    assertThat(world.failure(longOne)).isSameAs(tooLate);
    assertThat(shortOne.hasEnded()).isFalse();
    pass();
    pass();
    assertThat(world.failure(shortOne)).isSameAs(tooLate);
    assertThat(running.hasEnded()).isFalse();
  }

  @Test
  void sequence_afterATimeWithoutSteps_isNotJudgedByHowLongPrefillsOnceTook() {
    enqueue(16, 20, WaitLimit.NONE);
    world.runToEnd();
    Sequence soon = enqueue(48, 2, firstTokenWithin(25));
    assertThat(world.scheduler.nextLatestStart())
        .as("30 ms of prefill do not fit")
        .isLessThan(world.clock.getAsLong());

    world.clock.advance(FastestPrefill.MEMORY.plusMillis(1));
    Sequence later = enqueue(48, 2, firstTokenWithin(25));
    pass();

    assertThat(world.failure(soon)).isSameAs(tooLate);
    assertThat(later.hasEnded()).isFalse();
  }

  private Sequence enqueue(int prompt, int output, WaitLimit limit) {
    return world.enqueue(Requests.request(prompt, output), new RequestSize(prompt, output), limit);
  }

  private static WaitLimit firstTokenWithin(int millis) {
    return new WaitLimit(millis * MS, NEVER);
  }

  /** What the engine's loop does. */
  private void pass() {
    world.scheduler.endLate(late -> tooLate);
    boolean _ = world.step();
  }
}
