package io.chameleon.serving;

import io.chameleon.admission.AdmissionController;
import io.chameleon.admission.AdmissionDecision.Admitted;
import io.chameleon.admission.AdmissionDecision.Rejected;
import io.chameleon.admission.AdmittedRequest;
import io.chameleon.metrics.ServingMeters;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.request.TokenEvent;
import io.chameleon.scheduling.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** The way in: decide, put into the inbox, and hand out the streams. Used by many threads. */
public final class QueuedInferenceService implements InferenceService {

  private final AdmissionController admission;

  private final Inbox inbox;

  private final Supplier<EngineState> engineState;

  private final StreamSettings settings;

  private final ServingMeters meters;

  private final LongSupplier nanoClock;

  /**
   * What all streams have in common.
   *
   * @param maxUnreadTokens most tokens that are kept for a reader
   * @param modelEndTokens end-of-sequence tokens of the model
   * @param readers where readers run: everything behind the stream, but never the engine thread
   * @param finished is told of requests that have come to their own end
   */
  public record StreamSettings(
      int maxUnreadTokens,
      Set<Integer> modelEndTokens,
      Scheduler readers,
      FinishedRequests finished) {

    public StreamSettings {
      modelEndTokens = Set.copyOf(modelEndTokens);
    }
  }

  /**
   * Makes the service.
   *
   * @param admission who may enter
   * @param inbox how they get to the engine thread
   * @param engineState whether it serves
   * @param settings what all streams have in common
   * @param meters is told what happens
   * @param nanoClock monotonic, in nanoseconds; the scheduler's
   */
  public QueuedInferenceService(
      AdmissionController admission,
      Inbox inbox,
      Supplier<EngineState> engineState,
      StreamSettings settings,
      ServingMeters meters,
      LongSupplier nanoClock) {
    this.admission = admission;
    this.inbox = inbox;
    this.engineState = engineState;
    this.settings = settings;
    this.meters = meters;
    this.nanoClock = nanoClock;
  }

  @Override
  public List<Flux<TokenEvent>> submit(List<InferenceRequest> requests) {
    EngineState state = engineState.get();
    if (state != EngineState.READY) {
      throw unavailable(state);
    }
    return switch (admission.decide(requests)) {
      case Admitted(List<AdmittedRequest> admitted) -> enqueue(admitted);
      case Rejected rejected -> throw refused(rejected, requests.size());
    };
  }

  @Override
  public void requireAnyRoom(@Nullable Duration ttftDeadline) {
    Optional<Rejected> rejected = admission.refusalOfAny(ttftDeadline);
    if (rejected.isPresent()) {
      throw refused(rejected.get(), 1);
    }
  }

  private RequestRejectedException refused(Rejected rejected, int requests) {
    meters.rejected(rejected.cause(), requests);
    return new RequestRejectedException(rejected.cause(), rejected.reason(), rejected.retryAfter());
  }

  private List<Flux<TokenEvent>> enqueue(List<AdmittedRequest> admitted) {
    long now = nanoClock.getAsLong();
    List<Sequence> sequences = new ArrayList<>(admitted.size());
    List<Flux<TokenEvent>> streams = new ArrayList<>(admitted.size());
    for (AdmittedRequest request : admitted) {
      TokenStream stream =
          new TokenStream(
              request.request(), settings.maxUnreadTokens(), meters, settings.finished(), now);
      Sequence sequence = new Sequence(request, settings.modelEndTokens(), stream, now);
      sequences.add(sequence);
      streams.add(stream.flux(settings.readers(), () -> inbox.cancel(sequence)));
    }
    put(sequences);
    return List.copyOf(streams);
  }

  private void put(List<Sequence> sequences) {
    boolean entered = false;
    try {
      entered = inbox.offer(sequences);
    } finally {
      if (!entered) {
        admission.withdraw(sequences.size());
      }
    }
    if (!entered) {
      throw unavailable(engineState.get());
    }
  }

  private static ServiceUnavailableException unavailable(EngineState state) {
    return new ServiceUnavailableException(state.sentence(), state.retryAfter());
  }
}
