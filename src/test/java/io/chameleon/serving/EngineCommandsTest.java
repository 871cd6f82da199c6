package io.chameleon.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.Requests;
import io.chameleon.request.AdapterUnloadedException;
import io.chameleon.request.ServiceUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What others have the engine thread do, in a loop driven by hand and on threads of its own. */
class EngineCommandsTest {

  private final LoopFixture world = LoopFixture.ordinary();

  private final EngineCommands commands = world.inbox.commands();

  @Test
  void command_submitted_isDoneByTheNextPassAndWakesIt() {
    CompletableFuture<Boolean> answer = commands.submit(engine -> engine == world.scheduler);

    assertThat(answer).isNotDone();
    assertThat(world.inbox.signal().status()).isEqualTo(DrainStatus.REQUIRED);
    world.step();
    assertThat(answer).isCompletedWithValue(true);
  }

  @Test
  void commands_ofOnePass_areDoneInOrderBeforeArrivals() {
    List<Integer> done = new ArrayList<>();
    world.read(Requests.request(3, 2));
    for (int i = 0; i < 3; i++) {
      int number = i;
      var _ = commands.submit(engine -> done.add(number + engine.snapshot().waiting()));
    }

    world.step();

    assertThat(done).containsExactly(0, 1, 2);
  }

  @Test
  void command_thatIsNoLongerWanted_isDoneAllTheSame() {
    AtomicInteger runs = new AtomicInteger();
    commands.submit(engine -> runs.incrementAndGet()).cancel(false);

    world.step();

    assertThat(runs).hasValue(1);
  }

  @Test
  void command_thatThrows_failsAloneAmongCommands() {
    Reader reader = world.read(Requests.request(3, 8));
    world.step();
    CompletableFuture<String> bad =
        commands.submit(engine -> {
          throw new IllegalStateException("a fault");
        });
    CompletableFuture<String> good = commands.submit(engine -> "done");

    world.step();

    assertThatThrownBy(bad::join).hasRootCauseMessage("a fault");
    assertThat(good).isCompletedWithValue("done");
    assertThat(reader.error())
        .as("a fault ends all")
        .isInstanceOf(ServiceUnavailableException.class);
    assertThat(world.scheduler.isEmpty()).isTrue();
  }

  @Test
  void submit_overTheBound_isRefused() {
    for (int i = 0; i < EngineCommands.CAPACITY; i++) {
      assertThat(commands.submit(engine -> 1)).isNotDone();
    }

    assertThatThrownBy(commands.submit(engine -> 1)::join)
        .hasCauseInstanceOf(ServiceUnavailableException.class)
        .hasMessageContaining(Integer.toString(EngineCommands.CAPACITY));
    world.step();
    assertThat(commands.submit(engine -> 1)).isNotDone();
  }

  @Test
  void end_withCommandsWaiting_failsThemAndAllLaterOnes() {
    CompletableFuture<Integer> early = commands.submit(engine -> 1);

    commands.end(new ServiceUnavailableException("It is over.", Duration.ofSeconds(1)));

    assertThatThrownBy(early::join).hasMessageContaining("It is over.");
    assertThatThrownBy(commands.submit(engine -> 1)::join).hasMessageContaining("It is over.");
  }

  @Test
  void commands_fromManyThreads_areEachDoneOnce() throws Exception {
    int threads = 4;
    int each = 500;
    AtomicInteger done = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    List<Thread> submitters = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      submitters.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int j = 0; j < each; j++) {
                  commands
                      .submit(engine -> done.incrementAndGet())
                      .exceptionally(full -> refused.incrementAndGet());
                }
              }));
    }
    while (submitters.stream().anyMatch(Thread::isAlive)) {
      world.step();
    }
    world.step();

    assertThat(done.get() + refused.get()).isEqualTo(threads * each);
    assertThat(done).hasPositiveValue();
  }

  @Test
  void sequences_ofAnAdapter_endTogetherAndOthersGoOn() {
    List<Reader> gone = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      gone.add(world.read(Requests.request("sql", 3, 8)));
    }
    Reader other = world.read(Requests.request("math", 3, 8));
    Reader base = world.read(Requests.request(3, 8));
    world.step();
    CompletableFuture<Integer> ended =
        commands.submit(engine -> engine.endThoseWith("sql", new AdapterUnloadedException("sql")));
    assertThat(world.scheduler.snapshot().waiting()).as("some wait").isPositive();

    world.step();
    world.runToEnd();

    assertThat(ended).isCompletedWithValue(6);
    assertThat(gone)
        .allSatisfy(reader ->
            assertThat(reader.error())
                .isInstanceOf(AdapterUnloadedException.class)
                .hasMessageContaining("`sql`"));
    assertThat(other.error()).isNull();
    assertThat(base.error()).isNull();
    assertThat(world.leases.openLeases()).isZero();
    assertThat(world.admission.waiting()).isZero();
    assertThat(world.count("chameleon.request.failed")).isEqualTo(6);
  }
}
