package io.chameleon.serving;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.EngineStepException;
import io.chameleon.fixtures.FakeEngine;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.scheduling.SchedulingLimits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When streams get their tokens where a device computes by itself. */
class EngineLoopAsynchronousTest {

  private LoopFixture world = LoopFixture.ordinary();

  @BeforeEach
  void engineIsADevice() {
    world.engine.runAsynchronously();
  }

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(world.cells.lentCells()).isZero();
    assertThat(world.leases.openLeases()).isZero();
    assertThat(world.engine.violations()).isEmpty();
  }

  @Test
  void tokens_ofAStep_areDeliveredWhileTheNextOneIsComputed_butTheFirstAtOnce() {
    Reader reader = world.read(request(5, 4));
    List<Integer> readBefore = new ArrayList<>();
    world.engine.beforeStep(_ -> readBefore.add(reader.tokens().size()));
    List<Integer> readAfter = new ArrayList<>();

    boolean more = true;
    while (more) {
      more = world.step();
      readAfter.add(reader.tokens().size());
    }

    assertThat(readBefore).as("before each step").containsExactly(0, 1, 1, 2);
    assertThat(readAfter).as("after each step").containsExactly(1, 1, 2, 4);
    assertThat(reader.isRight() && reader.isFinished()).isTrue();
    assertThat(reader.ends()).isOne();
  }

  @Test
  void stream_thatHasEnded_isToldWhileOthersGoOn() {
    Reader shorter = world.read(request(5, 2));
    Reader longer = world.read(request(5, 9));
    world.step();
    world.step();
    assertThat(shorter.ends()).isZero();

    world.step();

    assertThat(shorter.isRight() && shorter.isFinished()).isTrue();
    assertThat(longer.ends()).isZero();
    world.runToEnd();
    assertThat(longer.isRight() && longer.isFinished()).isTrue();
  }

  @Test
  void step_thatCannotBeLaunched_endsItsStreamsBehindTheTokensOfTheStepBefore() {
    InferenceRequest request = request(5, 20);
    Reader reader = world.read(request);
    world.step();
    world.step();
    world.engine.beforeStep(_ -> {
      throw new EngineStepException("no launch", new RuntimeException("device"));
    });

    world.step();

    assertThat(reader.tokens()).isEqualTo(FakeEngine.expected(request).tokens().subList(0, 2));
    assertThat(reader.error()).isInstanceOf(ServiceUnavailableException.class);
    assertThat(reader.ends()).isOne();
  }

  @Test
  void step_thatCannotBeLaunched_whereOthersWait_endsItsStreamsAtOnce() {
    world = new LoopFixture(new SchedulingLimits(32, 1, 16, 16), 512, 8, 100);
    engineIsADevice();
    InferenceRequest request = request(5, 20);
    Reader first = world.read(request);
    Reader waiting = world.read(request(5, 3));
    world.step();
    world.step();
    boolean[] fails = {true};
    world.engine.beforeStep(_ -> {
      if (fails[0]) {
        fails[0] = false;
        throw new EngineStepException("no launch", new RuntimeException("device"));
      }
    });

    assertThat(world.step()).as("more to do").isTrue();

    assertThat(first.tokens()).isEqualTo(FakeEngine.expected(request).tokens().subList(0, 2));
    assertThat(first.ends()).isOne();
    world.runToEnd();
    assertThat(waiting.isRight() && waiting.isFinished()).isTrue();
  }

  @Test
  void reader_thatGoesAtItsLastToken_hasNotFinished() {
    List<Object> read = new ArrayList<>();
    var subscription =
        new reactor.core.publisher.BaseSubscriber<Object>() {
          @Override
          protected void hookOnNext(Object event) {
            read.add(event);
            if (read.size() == 2) {
              cancel();
            }
          }
        };
    world.submit(request(5, 3)).subscribe(subscription);

    world.runToEnd();

    assertThat(read).hasSize(2);
    assertThat(world.cancelled("disconnect")).isEqualTo(1);
  }

  @Test
  void reader_thatDoesNotRead_losesItsSequenceAndGetsWhatIsKeptForIt() {
    world = new LoopFixture(new SchedulingLimits(32, 4, 16, 16), 512, 8, 5);
    engineIsADevice();
    InferenceRequest request = request(5, 50);
    Reader slow = Reader.waiting(request, world.submit(request));
    Reader other = world.read(request(5, 50));

    world.runToEnd();
    slow.request(100);

    assertThat(slow.tokens()).isEqualTo(FakeEngine.expected(request).tokens().subList(0, 5));
    assertThat(slow.error()).isInstanceOf(SlowReaderException.class);
    assertThat(other.isRight() && other.isFinished()).isTrue();
  }

  @Test
  void reader_withExactlyItsLimitUnread_stillGetsItsEnd() {
    world = new LoopFixture(new SchedulingLimits(32, 4, 16, 16), 512, 8, 8);
    engineIsADevice();
    InferenceRequest request = request(5, 8);
    Reader late = Reader.waiting(request, world.submit(request));

    world.runToEnd();
    late.request(100);

    assertThat(late.isRight() && late.isFinished()).isTrue();
  }

  @Test
  void subscriber_thatThrowsAtALaterToken_losesItsSequenceAndNobodyElse() {
    Reader other = world.read(request(5, 20));
    List<Object> read = new ArrayList<>();
    world
        .submit(request(5, 40))
        .subscribe(
            event -> {
              read.add(event);
              if (read.size() == 3) {
                throw new IllegalStateException("the reader is broken");
              }
            },
            _ -> {});

    world.runToEnd();

    assertThat(other.isRight() && other.isFinished()).isTrue();
    assertThat(read).hasSize(3);
    assertThat(world.engine.batches()).as("it did not go on").hasSizeLessThan(25);
  }

  @Test
  void cancel_ofRunningStream_freesItWithinTwoStepsAndIsCountedOnce() {
    Reader reader = world.read(request("a", 5, 50));
    world.step();
    world.step();

    reader.cancel();
    world.step();

    assertThat(world.cells.lentCells()).isZero();
    assertThat(world.cancelled("disconnect")).isEqualTo(1);
  }

  @Test
  void failAll_inTheMiddle_deliversWhatWaitsBeforeTheEnd() {
    InferenceRequest request = request(5, 20);
    Reader reader = world.read(request);
    world.step();
    world.step();
    world.step();
    assertThat(reader.tokens()).hasSize(2);

    world.loop.failAll(new IllegalStateException("the service stops"));

    assertThat(reader.tokens()).isEqualTo(FakeEngine.expected(request).tokens().subList(0, 3));
    assertThat(reader.error()).hasMessage("the service stops");
  }
}
