package io.chameleon.serving;

import io.chameleon.engine.SampledToken;
import io.chameleon.metrics.ServingMeters;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.Refusal;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.RequestTiming;
import io.chameleon.request.TokenEvent;
import io.chameleon.scheduling.SequenceEnding;
import io.chameleon.scheduling.SequenceOutput;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitResult;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * The stream of one sequence, from the engine thread to one reader on another thread, through a
 * bounded sink. The engine thread emits and goes on; {@code publishOn} sees to it that nothing of
 * the reader's ever runs there.
 *
 * <p>When the reader has left as many tokens unread as may be, the sequence is ended, and the error
 * that says so is what the reader finds behind them.
 */
final class TokenStream implements SequenceOutput {

  private static final Logger log = LoggerFactory.getLogger(TokenStream.class);

  /** Tokens moved to the reader's thread at once. */
  private static final int PREFETCH = 16;

  private final InferenceRequest request;

  private final int maxUnreadTokens;

  private final ServingMeters meters;

  private final FinishedRequests finished;

  private final long arrivalNanos;

  private final Sinks.Many<TokenEvent> sink;

  private final AtomicInteger readTokens = new AtomicInteger();

  private int givenTokens;

  private int deliveredTokens;

  private long lastTokenNanos;

  private boolean isGone;

  private @Nullable RuntimeException fault;

  TokenStream(
      InferenceRequest request,
      int maxUnreadTokens,
      ServingMeters meters,
      FinishedRequests finished,
      long arrivalNanos) {
    this.finished = finished;
    this.request = request;
    this.maxUnreadTokens = maxUnreadTokens;
    this.meters = meters;
    this.arrivalNanos = arrivalNanos;
    // One place more than for tokens: the end always finds room.
    this.sink =
        Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<TokenEvent>get(maxUnreadTokens + 1).get());
  }

  /**
   * The reader's end of the stream, for one subscriber.
   *
   * @param readers where the reader runs
   * @param onCancel what is done when the reader goes before the end
   */
  Flux<TokenEvent> flux(Scheduler readers, Runnable onCancel) {
    return sink.asFlux()
        .publishOn(readers, PREFETCH)
        .doOnNext(event -> readTokens.incrementAndGet())
        .doOnCancel(onCancel);
  }

  /**
   * The first token is what its reader waits for, so it is delivered at once. What comes of one
   * that is delivered later is said with the next.
   */
  @Override
  public boolean token(SampledToken token, @Nullable RequestTiming timing, long nowNanos) {
    if (givenTokens - readTokens.get() >= maxUnreadTokens) {
      fault = new SlowReaderException(maxUnreadTokens);
      return false;
    }
    givenTokens++;
    if (timing == null) {
      Deliveries.deliver(() -> give(token, null, nowNanos));
    } else {
      give(token, timing, nowNanos);
    }
    return !isGone;
  }

  private void give(SampledToken token, @Nullable RequestTiming timing, long nowNanos) {
    if (isGone) {
      return;
    }
    if (!emit(new TokenEvent.Token(token.token(), token.logprob(), token.top(), timing))) {
      isGone = true;
      return;
    }
    if (deliveredTokens == 0) {
      meters.firstToken(nowNanos - arrivalNanos, request.promptTokens().length);
    } else {
      meters.nextToken(nowNanos - lastTokenNanos);
    }
    deliveredTokens++;
    lastTokenNanos = nowNanos;
  }

  @Override
  public void ended(SequenceEnding ending, long nowNanos) {
    Deliveries.deliver(() -> end(ending, nowNanos));
  }

  private void end(SequenceEnding ending, long nowNanos) {
    switch (ending) {
      case SequenceEnding.Complete _ when isGone -> endedByReader();
      case SequenceEnding.Complete(TokenEvent.Finished end) -> complete(end, nowNanos);
      case SequenceEnding.Failed(RequestRejectedException late) -> {
        meters.rejected(Refusal.EXPIRED, 1);
        close(late);
      }
      case SequenceEnding.Failed(RuntimeException cause) -> {
        meters.failed();
        close(cause);
      }
      case SequenceEnding.Cancelled() -> endedByReader();
    }
  }

  private void complete(TokenEvent.Finished end, long nowNanos) {
    try {
      meters.finished(end.reason(), end.timing(), nowNanos - arrivalNanos);
      finished.finished(request, givenTokens, nowNanos - arrivalNanos);
    } finally {
      close(emit(end) ? null : fault);
    }
  }

  private void endedByReader() {
    switch (fault) {
      case null -> meters.disconnected();
      case SlowReaderException slow -> {
        meters.slowReader();
        close(slow);
      }
      case RuntimeException other -> {
        meters.failed();
        close(other);
      }
    }
  }

  private boolean emit(TokenEvent event) {
    try {
      EmitResult result = sink.tryEmitNext(event);
      return switch (result) {
        case OK -> true;
        case FAIL_CANCELLED -> false;
        case FAIL_OVERFLOW, FAIL_NON_SERIALIZED, FAIL_TERMINATED, FAIL_ZERO_SUBSCRIBER -> {
          fault = unexpected(result);
          yield false;
        }
      };
    } catch (RuntimeException thrownByReader) {
      log.warn("Sequence {}: its reader threw into the emission", request.id(), thrownByReader);
      fault = thrownByReader;
      return false;
    }
  }

  private void close(@Nullable RuntimeException cause) {
    try {
      EmitResult result = cause == null ? sink.tryEmitComplete() : sink.tryEmitError(cause);
      if (result.isFailure() && result != EmitResult.FAIL_CANCELLED) {
        log.error("Sequence {}: the end of its stream was lost", request.id(), unexpected(result));
      }
    } catch (RuntimeException thrownByReader) {
      log.warn("Sequence {}: its reader threw at the end", request.id(), thrownByReader);
    }
  }

  private IllegalStateException unexpected(EmitResult result) {
    return new IllegalStateException(
        "the sink of sequence %s answered %s after %d tokens, %d of them read"
            .formatted(request.id(), result, givenTokens, readTokens.get()));
  }
}
