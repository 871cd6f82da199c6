package io.chameleon.scheduling;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.chameleon.adapter.AdapterLease;
import org.junit.jupiter.api.Test;

/** The integrity check finds what it is there for. */
class SchedulerIntegrityTest {

  private final SchedulerFixture world =
      new SchedulerFixture(new SchedulingLimits(16, 1, 8, 8), 256);

  @Test
  void sequence_enqueuedTwice_isFoundAtOnce() {
    Sequence sequence = world.enqueue(request(2, 9));

    assertThatIllegalStateException()
        .isThrownBy(() -> world.scheduler.enqueue(sequence))
        .withMessageContaining("waits twice");
    world.scheduler.checkIntegrity();
  }

  @Test
  void sequence_bothWaitingAndRunning_isFound() {
    Sequence sequence = world.enqueue(request(2, 9));
    world.step();
    world.scheduler.enqueue(sequence);

    assertFault("it waits, in the wrong state (RUNNING)");
  }

  @Test
  void sequence_waitingWithALoan_isFound() {
    world.enqueue(request(2, 9));
    Sequence waiting = world.enqueue(request("a", 2, 9));
    world.step();
    assertThat(waiting.lease().tryLend(0)).isEqualTo(AdapterLease.Loan.LENT);

    assertFault("it waits with a loan");
  }

  @Test
  void sequence_runningInTheWrongState_isFound() {
    Sequence running = world.enqueue(request(2, 9));
    world.step();
    running.end();

    assertFault("it runs, in the wrong state (ENDED)");
  }

  @Test
  void sequence_runningWithoutCells_isFound() {
    Sequence running = world.enqueue(request(2, 9));
    world.step();
    running.takeKv();

    assertFault("it runs without cells");
  }

  @Test
  void sequence_withoutItsLoan_isFound() {
    Sequence running = world.enqueue(request("a", 2, 9));
    world.step();
    running.lease().giveBack();

    assertFault("its lease does not match");
  }

  @Test
  void cells_thatDoNotAddUp_areFound() {
    Sequence running = world.enqueue(request(2, 9));
    world.step();
    assertThat(world.cells.grow(running.kv(), 2, 30)).isTrue();

    assertFault("lent cells: 10 by count, 30 by sequences");
  }

  @Test
  void sequence_notInTheQueue_cannotLeaveIt() {
    Sequence sequence = world.enqueue(request(2, 9));
    FifoPolicy other = new FifoPolicy(FifoProperties.DEFAULT, FairnessProperties.DEFAULT);

    assertThatIllegalStateException()
        .isThrownBy(() -> other.remove(sequence))
        .withMessageContaining("does not wait");
  }

  @Test
  void sequence_withoutCells_cannotStep() {
    Sequence sequence = world.enqueue(request(2, 9));

    assertThatIllegalStateException()
        .isThrownBy(() -> sequence.step(1))
        .withMessageContaining("has no cells");
    assertThatIllegalStateException().isThrownBy(() -> sequence.times().account());
  }

  private void assertFault(String message) {
    assertThatIllegalStateException()
        .isThrownBy(world.scheduler::checkIntegrity)
        .withMessageContaining(message);
  }
}
