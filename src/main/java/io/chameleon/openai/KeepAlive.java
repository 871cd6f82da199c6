package io.chameleon.openai;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Sends a comment on a stream of server-sent events after every period of silence. */
final class KeepAlive {

  private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.UTF_8);

  /** Marks the end of the events within, which ends the comments too. */
  private static final byte[] END = new byte[0];

  private static final int PREFETCH = 16;

  private final Duration period;

  private final Scheduler scheduler;

  KeepAlive(Duration period, Scheduler scheduler) {
    this.period = period;
    this.scheduler = scheduler;
  }

  /**
   * The events, none of them empty, with comments between them. A timer fires when the silence
   * would be long enough, not once for each event; comments wait for demand like events do, and at
   * most one waits.
   */
  Flux<byte[]> within(Flux<byte[]> events) {
    return Flux.defer(() -> {
      AtomicLong lastNanos = new AtomicLong(now());
      Flux<byte[]> watched = events.doOnNext(event -> lastNanos.set(now())).concatWithValues(END);
      Flux<byte[]> comments =
          Mono.defer(() -> Mono.delay(untilDue(lastNanos), scheduler))
              .repeat()
              .filter(tick -> untilDue(lastNanos).isZero())
              .doOnNext(tick -> lastNanos.set(now()))
              .map(tick -> COMMENT);
      return Flux.merge(Flux.just(watched, comments), 2, PREFETCH)
          .takeWhile(event -> event.length > 0);
    });
  }

  private Duration untilDue(AtomicLong lastNanos) {
    long nanos = lastNanos.get() + period.toNanos() - now();
    return Duration.ofNanos(Math.max(0, nanos));
  }

  private long now() {
    return scheduler.now(TimeUnit.NANOSECONDS);
  }
}
