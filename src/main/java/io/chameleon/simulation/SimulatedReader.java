package io.chameleon.simulation;

import io.chameleon.engine.SampledToken;
import io.chameleon.request.AdapterTier;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.RequestTiming;
import io.chameleon.request.TokenEvent;
import io.chameleon.scheduling.SequenceEnding;
import io.chameleon.scheduling.SequenceOutput;
import io.chameleon.simulation.RequestOutcome.Fate;
import io.chameleon.workload.TracedRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the tokens of one request as fast as they come, and notes when they do. */
final class SimulatedReader implements SequenceOutput {

  private final TracedRequest request;

  private final int rank;

  private final int sizeClass;

  private final long arrivalNanos;

  private final RunLog log;

  /** Tells the predictor, as the service does. */
  private final Runnable learn;

  private int tokens;

  private long firstTokenNanos;

  private long lastTokenNanos;

  SimulatedReader(
      TracedRequest request,
      int rank,
      int sizeClass,
      long arrivalNanos,
      RunLog log,
      Runnable learn) {
    this.learn = learn;
    this.request = request;
    this.rank = rank;
    this.sizeClass = sizeClass;
    this.arrivalNanos = arrivalNanos;
    this.log = log;
  }

  @Override
  public boolean token(SampledToken token, @Nullable RequestTiming timing, long nowNanos) {
    read(nowNanos);
    return true;
  }

  @Override
  public void ended(SequenceEnding ending, long nowNanos) {
    switch (ending) {
      case SequenceEnding.Complete(TokenEvent.Finished finished) -> {
        if (finished.stopToken() != null) {
          read(nowNanos);
        }
        learn.run();
        end(Fate.FINISHED, finished.timing(), nowNanos);
      }
      case SequenceEnding.Failed(RequestRejectedException _) -> end(Fate.EXPIRED, null, nowNanos);
      case SequenceEnding.Failed(RuntimeException cause) -> {
        log.failure(cause);
        end(Fate.FAILED, null, nowNanos);
      }
      case SequenceEnding.Cancelled _ ->
          throw new IllegalStateException(request + " was cancelled; nobody cancels here");
    }
  }

  private void read(long nowNanos) {
    if (tokens == 0) {
      firstTokenNanos = nowNanos;
    } else {
      log.gap(nowNanos - lastTokenNanos);
    }
    tokens++;
    lastTokenNanos = nowNanos;
  }

  private void end(Fate fate, @Nullable RequestTiming timing, long nowNanos) {
    if (fate == Fate.FINISHED && tokens != request.outputTokens()) {
      throw new IllegalStateException("%s ended with %d tokens".formatted(request, tokens));
    }
    AdapterTier tier = timing == null ? null : timing.adapterTier();
    log.ended(
        new RequestOutcome(
            request,
            rank,
            sizeClass,
            fate,
            tokens == 0 ? 0 : firstTokenNanos - arrivalNanos,
            nowNanos - arrivalNanos,
            timing == null ? 0 : nanos(timing.queue()),
            timing == null ? 0 : nanos(timing.adapter()),
            tier));
  }

  private static long nanos(Duration duration) {
    return duration.toNanos();
  }
}
