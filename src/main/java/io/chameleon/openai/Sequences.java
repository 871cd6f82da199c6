package io.chameleon.openai;

import io.chameleon.request.InferenceRequest;
import io.chameleon.request.TokenEvent;
import io.chameleon.serving.InferenceService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * The streams of one HTTP request, on loan: a sequence runs even if nobody reads its stream, so
 * those that were never subscribed to are cancelled when the answer is over, for whatever reason.
 */
final class Sequences {

  private final List<Flux<TokenEvent>> streams;

  private final List<AtomicBoolean> taken;

  private Sequences(List<Flux<TokenEvent>> streams) {
    this.streams = streams;
    this.taken = new ArrayList<>(streams.size());
    streams.forEach(stream -> taken.add(new AtomicBoolean()));
  }

  /** Submits the requests. */
  static Sequences submit(InferenceService service, List<InferenceRequest> requests) {
    return new Sequences(service.submit(requests));
  }

  /** One stream, for one subscriber. */
  Flux<TokenEvent> stream(int index) {
    return Flux.defer(() -> taken.get(index).getAndSet(true) ? Flux.empty() : streams.get(index));
  }

  /** Cancels the streams that nobody has subscribed to, and sees to it that nobody does. */
  void close() {
    for (int i = 0; i < streams.size(); i++) {
      if (!taken.get(i).getAndSet(true)) {
        streams.get(i).subscribe(new Canceller());
      }
    }
  }

  /** Subscribes only to cancel. */
  private static final class Canceller extends BaseSubscriber<TokenEvent> {
    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      subscription.cancel();
    }
  }
}
