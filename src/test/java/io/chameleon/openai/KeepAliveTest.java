package io.chameleon.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When comments come, in virtual time. */
class KeepAliveTest {

  private static final String COMMENT = ": keep-alive\n\n";

  @Test
  void silence_everyPeriod_sendsOneComment() {
    StepVerifier.withVirtualTime(() -> kept(Flux.never()))
        .expectSubscription()
        .expectNoEvent(Duration.ofMillis(14_999))
        .thenAwait(Duration.ofMillis(1))
        .expectNext(COMMENT)
        .expectNoEvent(Duration.ofMillis(14_999))
        .thenAwait(Duration.ofMillis(1))
        .expectNext(COMMENT)
        .thenCancel()
        .verify();
  }

  @Test
  void event_duringAPeriod_startsItAgain() {
    StepVerifier.withVirtualTime(() ->
            kept(
                Flux.concat(
                    Mono.delay(Duration.ofSeconds(10)).thenReturn("a"),
                    Mono.delay(Duration.ofSeconds(14)).thenReturn("b"),
                    Mono.delay(Duration.ofSeconds(16)).thenReturn("c"))))
        .thenAwait(Duration.ofSeconds(10))
        .expectNext("a")
        .thenAwait(Duration.ofSeconds(14))
        .expectNext("b")
        .expectNoEvent(Duration.ofMillis(14_999))
        .thenAwait(Duration.ofMillis(1))
        .expectNext(COMMENT)
        .thenAwait(Duration.ofSeconds(1))
        .expectNext("c")
        .verifyComplete();
  }

  @Test
  void end_ofTheEvents_endsTheComments() {
    StepVerifier.withVirtualTime(() -> kept(Flux.just("a", "b")))
        .expectNext("a", "b")
        .verifyComplete();
  }

  @Test
  void failure_ofTheEvents_isPassedOn() {
    StepVerifier.withVirtualTime(() -> kept(Flux.error(new IllegalStateException("x"))))
        .verifyErrorMessage("x");
  }

  @Test
  void cancel_byTheReader_reachesTheEvents() {
    AtomicBoolean cancelled = new AtomicBoolean();
    StepVerifier.withVirtualTime(
            () -> kept(Flux.<String>never().doOnCancel(() -> cancelled.set(true))))
        .thenAwait(Duration.ofSeconds(15))
        .expectNext(COMMENT)
        .thenCancel()
        .verify();
    Assertions.assertThat(cancelled).isTrue();
  }

  @Test
  void readerThatDoesNotAsk_getsOneCommentAtMost() {
    StepVerifier.withVirtualTime(() -> kept(Flux.never()), 0)
        .thenAwait(Duration.ofMinutes(10))
        .thenRequest(2)
        .expectNext(COMMENT)
        .expectNoEvent(Duration.ofMillis(14_999))
        .thenCancel()
        .verify();
  }

  private static Flux<String> kept(Flux<String> events) {
    KeepAlive keepAlive = new KeepAlive(Duration.ofSeconds(15), VirtualTimeScheduler.get());
    return keepAlive
        .within(events.map(text -> text.getBytes(UTF_8)))
        .map(bytes -> new String(bytes, UTF_8));
  }
}
