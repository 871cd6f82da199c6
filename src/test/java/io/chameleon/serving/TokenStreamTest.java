package io.chameleon.serving;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.SampledToken;
import io.chameleon.metrics.MetricNames;
import io.chameleon.metrics.ServingMeters;
import io.chameleon.request.FinishReason;
import io.chameleon.request.RequestTiming;
import io.chameleon.request.TokenEvent;
import io.chameleon.scheduling.SequenceEnding;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class TokenStreamTest {

  private static final TokenEvent.Finished FINISHED =
      new TokenEvent.Finished(
          FinishReason.LENGTH,
          null,
          new RequestTiming(Duration.ZERO, Duration.ZERO, null, Duration.ZERO, Duration.ZERO));

  private final Scheduler readers = Schedulers.newBoundedElastic(1, 100, "readers");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private final AtomicInteger cancellations = new AtomicInteger();

  private final List<String> outputs = new ArrayList<>();

  private final FinishedRequests finished =
      (request, tokens, nanos) ->
          outputs.add(
              "request of %d, %d tokens, %d ns"
                  .formatted(request.promptTokens().length, tokens, nanos));

  @AfterEach
  void stopReaders() {
    readers.dispose();
  }

  @Test
  void reader_runsOnItsOwnThreadAlone() {
    TokenStream stream = stream(100);
    Set<String> threads = ConcurrentHashMap.newKeySet();

    StepVerifier.create(
            stream
                .flux(readers, cancellations::incrementAndGet)
                .doOnNext(event -> threads.add(Thread.currentThread().getName())))
        .then(() -> {
          for (int i = 0; i < 50; i++) {
            assertThat(stream.token(token(i), null, 0)).isTrue();
          }
          stream.ended(new SequenceEnding.Complete(FINISHED), 0);
        })
        .expectNextCount(50)
        .expectNext(FINISHED)
        .expectComplete()
        .verify(Duration.ofSeconds(10));

    assertThat(threads).hasSize(1).allMatch(name -> name.startsWith("readers"));
    assertThat(cancellations).hasValue(0);
  }

  @Test
  void reader_thatBlocks_doesNotBlockTheEmission() throws InterruptedException {
    TokenStream stream = stream(20);
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    stream
        .flux(readers, cancellations::incrementAndGet)
        .doOnNext(event -> awaitQuietly(goOn))
        .doOnError(SlowReaderException.class, e -> done.countDown())
        .subscribe(event -> {}, error -> {});

    int accepted = 0;
    while (stream.token(token(accepted), null, 0)) {
      accepted++;
    }
    stream.ended(new SequenceEnding.Cancelled(), 0);
    goOn.countDown();

    assertThat(accepted).isBetween(20, 21);
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(cancelled("slow_reader")).isEqualTo(1);
  }

  @Test
  void cancel_byReader_isToldAndStopsTheTokens() {
    TokenStream stream = stream(20);
    stream.flux(Schedulers.immediate(), cancellations::incrementAndGet).subscribe().dispose();

    assertThat(stream.token(token(1), null, 0)).isFalse();
    stream.ended(new SequenceEnding.Cancelled(), 0);

    assertThat(cancellations).hasValue(1);
    assertThat(cancelled("disconnect")).isEqualTo(1);
  }

  @Test
  void failure_isTheEndOfTheStream() {
    TokenStream stream = stream(20);
    IllegalStateException cause = new IllegalStateException("engine");

    stream.ended(new SequenceEnding.Failed(cause), 0);

    StepVerifier.create(stream.flux(Schedulers.immediate(), cancellations::incrementAndGet))
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(cause))
        .verify(Duration.ofSeconds(10));
    assertThat(registry.get(MetricNames.REQUEST_FAILED).counter().count()).isEqualTo(1);
  }

  @Test
  void completion_forReaderThatHasGone_isNoFault() {
    TokenStream stream = stream(20);
    stream.flux(Schedulers.immediate(), cancellations::incrementAndGet).subscribe().dispose();

    stream.ended(new SequenceEnding.Complete(FINISHED), 0);

    assertThat(
            registry
                .get(MetricNames.REQUEST_SUCCESS)
                .tag("finished_reason", "length")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void token_afterTheEnd_isAFaultAndNotAccepted() {
    TokenStream stream = stream(20);
    stream.ended(new SequenceEnding.Complete(FINISHED), 0);

    assertThat(stream.token(token(1), null, 0)).isFalse();
    stream.ended(new SequenceEnding.Cancelled(), 0);

    assertThat(registry.get(MetricNames.REQUEST_FAILED).counter().count()).isEqualTo(1);
  }

  @Test
  void readers_thatAreShutDown_doNotThrowIntoTheEmission() {
    TokenStream stream = stream(20);
    stream.flux(readers, cancellations::incrementAndGet).subscribe(event -> {}, error -> {});
    readers.dispose();

    for (int i = 0; i < 5 && stream.token(token(i), null, 0); i++) {}
    stream.ended(new SequenceEnding.Complete(FINISHED), 0);
  }

  @Test
  void end_ofItsOwn_tellsWhatWasGenerated() {
    TokenStream stream = stream(100);
    for (int i = 0; i < 5; i++) {
      stream.token(token(i), null, 0);
    }
    stream.ended(new SequenceEnding.Complete(FINISHED), 70);

    assertThat(outputs).containsExactly("request of 3, 5 tokens, 70 ns");
  }

  @Test
  void end_byItsReaderOrAFault_tellsNothing() {
    stream(100).ended(new SequenceEnding.Cancelled(), 0);
    stream(100).ended(new SequenceEnding.Failed(new IllegalStateException("x")), 0);

    assertThat(outputs).isEmpty();
  }

  private TokenStream stream(int maxUnread) {
    return new TokenStream(
        request(3, 100), maxUnread, new ServingMeters(registry, "base"), finished, 0);
  }

  private double cancelled(String reason) {
    return registry.get(MetricNames.REQUEST_CANCELLED).tag("reason", reason).counter().count();
  }

  private static SampledToken token(int id) {
    return new SampledToken(id, 0, List.of());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
