package io.chameleon.scheduling;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.NextStep;
import io.chameleon.engine.StepResult;
import org.junit.jupiter.api.Test;

class StepOutlookTest {

  private final SchedulerFixture world =
      new SchedulerFixture(new SchedulingLimits(16, 2, 8, 8), 256);

  private boolean isQuiet = true;

  private NextStep outlook() {
    ScheduledBatch batch = world.scheduler.schedule().orElseThrow();
    return world.scheduler.after(batch, () -> isQuiet);
  }

  @Test
  void outlook_whileNobodyComes_isDecode() {
    world.enqueue(request(2, 9));

    NextStep next = outlook();

    assertThat(next.isDecode()).isTrue();
    isQuiet = false;
    assertThat(next.isDecode()).isFalse();
  }

  @Test
  void outlook_whileSomeoneWaits_isNotDecode() {
    world.enqueue(request(2, 9));
    world.enqueue(request(2, 9));
    world.enqueue(request(2, 9));

    assertThat(outlook().isDecode()).isFalse();
  }

  @Test
  void outlook_ofASequenceAtItsMostTokens_isItsEnd() {
    Sequence cancelled = world.enqueue(request(2, 9));
    world.enqueue(request(2, 2));
    world.step();

    NextStep next = outlook();

    assertThat(next.isLast(0)).isFalse();
    assertThat(next.isLast(1)).isTrue();
    cancelled.cancel();
    assertThat(next.isLast(0)).isTrue();
  }

  @Test
  void step_thatBeganBeforeItWasAskedFor_tookTheTimeSinceTheOneBefore() {
    world.enqueue(request(1, 40));
    for (int i = 0; i < FastestPrefill.FEWEST_STEPS; i++) {
      world.step();
    }

    world.clock.advance(SchedulerFixture.STEP);
    ScheduledBatch batch = world.scheduler.schedule().orElseThrow();
    StepResult result = world.engine.step(batch.batch());
    world.scheduler.complete(batch, new StepResult(result.tokens(), result.failures(), true));

    LeastPrefill least = world.scheduler.afterStart(world.clock.getAsLong()).prefill();
    assertThat(least.stepNanos()).isEqualTo((double) SchedulerFixture.STEP.toNanos());
  }
}
