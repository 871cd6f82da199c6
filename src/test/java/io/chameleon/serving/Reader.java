package io.chameleon.serving;

import io.chameleon.fixtures.FakeEngine;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.TokenEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Reads one stream as fast as it is told to, and insists on one end. */
final class Reader extends BaseSubscriber<TokenEvent> {

  private final InferenceRequest request;

  private final List<Integer> tokens = new ArrayList<>();

  private TokenEvent.@Nullable Finished finished;

  private @Nullable Throwable error;

  private int ends;

  private Reader(InferenceRequest request) {
    this.request = request;
  }

  /** A reader without a limit. */
  static Reader of(InferenceRequest request, Flux<TokenEvent> stream) {
    Reader reader = waiting(request, stream);
    reader.requestUnbounded();
    return reader;
  }

  /** A reader that reads nothing until it is told to. */
  static Reader waiting(InferenceRequest request, Flux<TokenEvent> stream) {
    Reader reader = new Reader(request);
    stream.subscribe(reader);
    return reader;
  }

  InferenceRequest request() {
    return request;
  }

  List<Integer> tokens() {
    return tokens;
  }

  TokenEvent.Finished finished() {
    if (finished == null) {
      throw new IllegalStateException("it has not finished", error);
    }
    return finished;
  }

  boolean isFinished() {
    return finished != null;
  }

  @Nullable Throwable error() {
    return error;
  }

  int ends() {
    return ends;
  }

  /** Whether what was read is the expected text, or its beginning where it was cut short. */
  boolean isRight() {
    FakeEngine.Text expected = FakeEngine.expected(request);
    if (finished == null) {
      return tokens.size() <= expected.tokens().size()
          && tokens.equals(expected.tokens().subList(0, tokens.size()));
    }
    return tokens.equals(expected.tokens()) && finished.reason() == expected.reason();
  }

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    // It reads when it is told to.
  }

  @Override
  protected void hookOnNext(TokenEvent event) {
    switch (event) {
      case TokenEvent.Token token -> {
        if (finished != null) {
          throw new IllegalStateException("a token after the end");
        }
        tokens.add(token.token());
      }
      case TokenEvent.Finished end -> finished = end;
    }
  }

  @Override
  protected void hookOnComplete() {
    ends++;
  }

  @Override
  protected void hookOnError(Throwable cause) {
    error = cause;
    ends++;
  }
}
