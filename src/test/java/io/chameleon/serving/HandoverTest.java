package io.chameleon.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.Requests;
import io.chameleon.request.TokenEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class HandoverTest {

  private final List<String> ran = new ArrayList<>();

  /** Keeps what it is given until the test has it run. */
  private static final class Kept implements Executor {

    private final List<Runnable> tasks = new ArrayList<>();

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    void runAll() {
      List<Runnable> now = List.copyOf(tasks);
      tasks.clear();
      now.forEach(Runnable::run);
    }
  }

  @Test
  void task_outsideOfAnyWork_isGivenAtOnce() {
    Kept one = new Kept();

    Handover.execute(one, () -> ran.add("a"));
    Handover.execute(one, () -> ran.add("b"));

    assertThat(one.tasks).hasSize(2);
  }

  @Test
  void tasks_ofSomeWork_areGivenToEachExecutorInOnePieceAtItsEndInTheirOrder() {
    Kept one = new Kept();
    Kept other = new Kept();

    Handover.together(() -> {
      Handover.execute(one, () -> ran.add("a"));
      Handover.execute(other, () -> ran.add("x"));
      Handover.execute(one, () -> ran.add("b"));
      assertThat(one.tasks).isEmpty();
      assertThat(other.tasks).isEmpty();
    });

    assertThat(one.tasks).hasSize(1);
    assertThat(other.tasks).hasSize(1);
    one.runAll();
    other.runAll();
    assertThat(ran).containsExactly("a", "b", "x");
    Handover.execute(one, () -> ran.add("c"));
    assertThat(one.tasks).as("after the work").hasSize(1);
  }

  @Test
  void tasks_ofWorkThatThrows_areGivenNevertheless() {
    Kept one = new Kept();

    assertThatThrownBy(() ->
            Handover.together(() -> {
              Handover.execute(one, () -> ran.add("a"));
              throw new IllegalStateException("the work failed");
            }))
        .hasMessage("the work failed");

    one.runAll();
    assertThat(ran).containsExactly("a");
  }

  @Test
  void task_thatThrows_doesNotKeepOthersFromRunning() {
    Kept one = new Kept();
    Handover.together(() -> {
      Handover.execute(
          one,
          () -> {
            throw new IllegalStateException("a reader failed");
          });
      Handover.execute(one, () -> ran.add("b"));
    });

    one.runAll();
    assertThat(ran).containsExactly("b");
  }

  @Test
  void executor_thatHasEnded_doesNotKeepOthersFromGettingTheirs() {
    Kept one = new Kept();
    Executor ended =
        _ -> {
          throw new RejectedExecutionException("ended");
        };

    Handover.together(() -> {
      Handover.execute(ended, () -> ran.add("lost"));
      Handover.execute(one, () -> ran.add("a"));
    });

    one.runAll();
    assertThat(ran).containsExactly("a");
  }

  @Test
  void step_ofManyStreamsOnOneEventLoop_wakesItOnce() {
    LoopFixture world = LoopFixture.ordinary();
    Kept eventLoop = new Kept();
    List<List<TokenEvent>> read = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      List<TokenEvent> events = new ArrayList<>();
      read.add(events);
      world
          .submit(Requests.request(3, 5))
          .publishOn(Schedulers.fromExecutor(task -> Handover.execute(eventLoop, task)))
          .subscribe(events::add);
    }
    eventLoop.runAll();

    int steps = 0;
    while (world.loop.step()) {
      assertThat(eventLoop.tasks).as("pieces after step %d", steps).hasSizeLessThanOrEqualTo(1);
      eventLoop.runAll();
      steps++;
    }
    eventLoop.runAll();

    assertThat(steps).isPositive();
    assertThat(read)
        .allSatisfy(events -> {
          assertThat(events).filteredOn(TokenEvent.Token.class::isInstance).hasSize(5);
          assertThat(events).last().isInstanceOf(TokenEvent.Finished.class);
        });
  }
}
