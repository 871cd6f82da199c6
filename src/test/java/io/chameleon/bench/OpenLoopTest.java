package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.workload.TracedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OpenLoopTest {

  private static final long MILLI = 1_000_000;

  private static final long START = 5_000 * MILLI;

  private final AtomicLong now = new AtomicLong(START);

  /** Wakes up twice as often as it has to. */
  private final OpenLoop loop = new OpenLoop(now::get, nanos -> now.addAndGet((nanos + 1) / 2));

  @Test
  void requests_areSent_whenTheyAreDue_whateverBecomesOfOthers() {
    List<CompletableFuture<Reply>> open = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    OpenLoop.Way stuck =
        start -> {
          times.add(now.get() - start);
          CompletableFuture<Reply> reply = new CompletableFuture<>();
          open.add(reply);
          return reply;
        };
    OpenLoop.Way last =
        start -> {
          times.add(now.get() - start);
          assertThat(open).as("nobody was waited for").hasSize(2).noneMatch(r -> r.isDone());
          open.forEach(reply -> reply.complete(new Reply.Failure("late")));
          return CompletableFuture.completedFuture(new Reply.Answer(40 * MILLI, 50 * MILLI, 0));
        };

    List<Sent> sent =
        loop.send(
            List.of(
                new OpenLoop.Arrival(at(0.010), stuck),
                new OpenLoop.Arrival(at(0.010), stuck),
                new OpenLoop.Arrival(at(0.025), last)));

    assertThat(times).containsExactly(10 * MILLI, 10 * MILLI, 25 * MILLI);
    assertThat(sent).extracting(Sent::dueNanos).containsExactly(10 * MILLI, 10 * MILLI, 25 * MILLI);
    assertThat(sent.getLast().reply()).isEqualTo(new Reply.Answer(40 * MILLI, 50 * MILLI, 0));
    assertThat(Sent.lateness(sent)).isZero();
  }

  @Test
  void lateness_ofASendThatBlocks_isSeenInTheNext() {
    OpenLoop.Way slow =
        start -> {
          now.addAndGet(30 * MILLI);
          return CompletableFuture.completedFuture(new Reply.Answer(1, 2, 0));
        };

    List<Sent> sent =
        loop.send(
            List.of(new OpenLoop.Arrival(at(0.010), slow), new OpenLoop.Arrival(at(0.020), slow)));

    assertThat(sent).extracting(Sent::latenessMs).containsExactly(0.0, 20.0);
    assertThatCode(() -> Sent.requireOnTime(sent, 20)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Sent.requireOnTime(sent, 19.9))
        .isInstanceOf(Sent.LateGeneratorException.class)
        .hasMessage(
            "the generator was late by 20.0 ms (P99 of 2 requests), over the bound of 19.9 ms; such"
                + " a run is not reported");
  }

  @Test
  void time_toAToken_countsFromWhenItWasDue() {
    Sent sent =
        new Sent(at(0.010), 10 * MILLI, 14 * MILLI, new Reply.Answer(40 * MILLI, 50 * MILLI, 0));

    assertThat(sent.msTo(40 * MILLI)).isCloseTo(30, within(1e-9));
  }

  private static TracedRequest at(double seconds) {
    return new TracedRequest(seconds, 8, 2, 0);
  }
}
