package io.chameleon.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.chameleon.admission.WaitingRules;
import io.chameleon.fixtures.Requests;
import io.chameleon.metrics.MetricNames;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.Refusal;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.ServiceTerms;
import io.chameleon.scheduling.FixedClasses;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.scheduling.SchedulingPolicy;
import io.chameleon.scheduling.chameleon.ChameleonPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long requests wait, and how long they may, class by class. */
class EngineLoopWaitingTest {

  private static final Duration PASS = Duration.ofMillis(10);

  private static final SchedulingLimits ONE_AT_A_TIME = new SchedulingLimits(64, 1, 64, 100);

  private LoopFixture world = world(WaitingRules.NONE, FixedClasses.below(50));

  @AfterEach
  void everythingIsGivenBack() {
    world.runToEnd();
    assertThat(world.cells.lentCells()).isZero();
    assertThat(world.admission.waiting()).isZero();
    assertThat(world.inbox.held()).isZero();
    assertThat(world.loop.integrityFault()).isNull();
  }

  @Test
  void request_thatWaitsUntilItIsTooLate_isRejectedAndItsPlaceIsFree() {
    Reader running = world.read(Requests.request(4, 9));
    pass();
    Reader late = world.read(within(15));
    assertThat(world.admission.waiting()).isEqualTo(1);
    assertThat(world.loop.nextPassNanos()).as("it lies in the inbox").isEqualTo(Long.MAX_VALUE);

    pass();
    assertThat(world.loop.nextPassNanos())
        .isEqualTo(world.clock.getAsLong() + Duration.ofMillis(5).toNanos());
    pass();
    assertThat(late.error()).isNull();
    pass();
    assertThat(late.error()).isInstanceOf(RequestRejectedException.class);
    assertThat(late.error()).hasMessageContaining("within 15 ms");
    assertThat(world.admission.waiting()).isZero();
    assertThat(world.rejected(Refusal.EXPIRED)).isEqualTo(1);
    assertThat(world.count(MetricNames.REQUEST_FAILED)).isZero();
    assertThat(world.loop.nextPassNanos()).isEqualTo(Long.MAX_VALUE);
    world.runToEnd();
    assertThat(running.isFinished() && running.isRight()).isTrue();
  }

  @Test
  void request_thatWaitsTooLong_runsLateWhereThatIsWanted() {
    world =
        world(
            new WaitingRules(Duration.ZERO, Duration.ZERO, List.of(), false),
            FixedClasses.below(50));
    world.read(Requests.request(4, 9));
    pass();
    Reader late = world.read(within(15));

    while (world.step()) {
      world.clock.advance(PASS);
    }

    assertThat(late.isFinished() && late.isRight()).isTrue();
    assertThat(world.rejected(Refusal.EXPIRED)).isZero();
  }

  @Test
  void request_whoseClassWaitsLongerThanItMay_isRefusedWhileOthersEnter() {
    Duration most = Duration.ofMillis(400);
    world = world(new WaitingRules(Duration.ZERO, most, List.of(), true), FixedClasses.below(50));
    // Large requests queue up: about 100 ms each.
    for (int i = 0; i < 6; i++) {
      world.read(Requests.request(60, 10));
    }
    for (int i = 0; i < 13; i++) {
      pass();
    }
    assertThat(world.loop.classes().waiting(1)).isEqualTo(4);
    assertThat(world.admission.expectedWaitSeconds(1)).isGreaterThan(0.4);
    assertThat(world.admission.expectedWaitSeconds(0)).isZero();
    assertThat(world.admission.expectedWaitSeconds(2)).isNaN();

    assertThatExceptionOfType(RequestRejectedException.class)
        .isThrownBy(() -> world.read(Requests.request(60, 10)))
        .withMessageMatching("A wait of \\d+ ms is expected; requests of this size wait 400 ms.*")
        .satisfies(e -> assertThat(e.retryAfter()).isBetween(Duration.ofMillis(10), most));
    assertThat(world.rejected(Refusal.MAX_WAIT)).isEqualTo(1);
    Reader small = world.read(Requests.request(4, 2));
    assertThat(small.error()).isNull();
  }

  @Test
  void request_thatHasWaitedAsLongAsItsClassMay_isEnded() {
    world =
        world(
            new WaitingRules(
                Duration.ZERO,
                Duration.ZERO,
                List.of(Duration.ofMillis(25), Duration.ofSeconds(9)),
                true),
            FixedClasses.below(50));
    world.read(Requests.request(60, 30));
    pass();
    Reader small = world.read(Requests.request(4, 2));
    Reader large = world.read(Requests.request(60, 2));

    for (int i = 0; i < 4; i++) {
      pass();
    }

    assertThat(small.error()).isInstanceOf(RequestRejectedException.class);
    assertThat(large.error()).isNull();
  }

  @Test
  void arrivals_duringAStep_areCountedUntilTheNextPass() {
    world.read(Requests.request(4, 60));
    world.read(Requests.request(4, 16));
    pass();
    pass();
    world.runToEnd();
    world.read(Requests.request(4, 60));
    pass();
    for (int i = 0; i < 3; i++) {
      world.read(Requests.request(4, 16));
    }
    double inTheInbox = world.admission.expectedWaitSeconds(0);
    pass();
    pass();

    assertThat(inTheInbox).isPositive();
    assertThat(world.admission.expectedWaitSeconds(0)).isGreaterThanOrEqualTo(inTheInbox);
  }

  @Test
  void classes_thatChangeWhileRequestsWait_loseNone() {
    ChameleonPolicy policy = QuickClasses.every(20);
    world =
        new LoopFixture(
            new SchedulingLimits(64, 2, 64, 100), 512, 400, 100, WaitingRules.NONE, policy);
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      readers.add(world.read(Requests.request(1 + (i * 37) % 90, 1 + (i * 13) % 20)));
      if (i % 3 == 0) {
        pass();
      }
    }
    assertThat(policy.classes()).isGreaterThan(1);
    assertThat(world.inbox.sinkClasses())
        .containsExactlyInAnyOrderElementsOf(policy.classifier().classes());
    assertThat(world.admission.classifier()).isSameAs(policy.classifier());
    assertThat(world.registry.find(MetricNames.CLASS_WAITING).gauges()).hasSize(4);
    while (world.step()) {
      world.clock.advance(PASS);
    }

    assertThat(readers).allSatisfy(r -> assertThat(r.isRight() && r.isFinished()).isTrue());
    assertThat(policy.counts().refreshes()).isGreaterThan(3);
    assertThat(world.loop.classes().counts()).containsEntry("starts", policy.counts().starts());
  }

  private static LoopFixture world(WaitingRules rules, SchedulingPolicy policy) {
    LoopFixture made = new LoopFixture(ONE_AT_A_TIME, 512, 20, 100, rules, policy);
    made.meters.bindClasses(
        c -> made.loop.classes().waiting(c), c -> made.admission.expectedWaitSeconds(c));
    return made;
  }

  private static InferenceRequest within(int millis) {
    return Requests.request(4, 5, new ServiceTerms(Duration.ofMillis(millis), 0, null));
  }

  private void pass() {
    world.step();
    world.clock.advance(PASS);
  }
}
