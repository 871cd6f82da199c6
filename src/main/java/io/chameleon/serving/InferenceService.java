package io.chameleon.serving;

import io.chameleon.request.InferenceRequest;
import io.chameleon.request.TokenEvent;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** The way in: admits requests, enqueues them and streams their tokens. */
public interface InferenceService {

  /**
   * Admits all of the requests or none, and returns a stream for each, in order. A sequence runs
   * whether or not its stream has been subscribed to; cancelling the stream ends the sequence
   * within two steps. Each stream has one subscriber. A reader that falls behind by more than the
   * configured number of tokens loses its sequence, with an error that says so.
   *
   * @throws io.chameleon.request.InvalidRequestException if one can never be served
   * @throws io.chameleon.request.RequestRejectedException if the queue has no room for all
   * @throws io.chameleon.request.ServiceUnavailableException if the service is stopping
   */
  List<Flux<TokenEvent>> submit(List<InferenceRequest> requests);

  /**
   * Looks whether any request could be admitted now, before it is known what a request asks for, so
   * that in overload nothing is parsed or tokenised in vain. Cheap, and from any thread. Who passes
   * may still be refused.
   *
   * @param ttftDeadline of the request's first token, or null where it sets none
   * @throws io.chameleon.request.RequestRejectedException if even the smallest request would be
   *     refused
   */
  default void requireAnyRoom(@Nullable Duration ttftDeadline) {}
}
