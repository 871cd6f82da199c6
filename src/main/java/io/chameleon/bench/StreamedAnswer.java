package io.chameleon.bench;

import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An answer as it comes, line by line. Closing it hangs up. */
final class StreamedAnswer implements Flow.Subscriber<String>, AutoCloseable {

  static final int OK = 200;

  private static final String EVENT = "data: {";

  /** Comes after the last event of an answer that is whole. */
  private static final String DONE = "data: [DONE]";

  /** Comes before any token. */
  private static final String ROLE = "\"role\":\"assistant\"";

  private final CompletableFuture<Long> firstToken = new CompletableFuture<>();

  private final CompletableFuture<Void> end;

  private final StringBuilder refusal = new StringBuilder();

  private volatile int status;

  private volatile boolean whole;

  private volatile String lastLine = "";

  private volatile String lastEvent = "";

  private volatile HttpHeaders headers = HttpHeaders.of(Map.of(), (name, value) -> true);

  private volatile Flow.@Nullable Subscription subscription;

  /** Sends the request. */
  StreamedAnswer(HttpClient http, HttpRequest request) {
    this.end = http.sendAsync(request, this::began).handle(this::ended);
  }

  /**
   * Waits for the first token.
   *
   * @return when it came, on {@link System#nanoTime}
   */
  long firstTokenNanos() {
    return firstToken.join();
  }

  /** Waits for the end. */
  void awaitEnd() {
    end.join();
  }

  boolean hasEnded() {
    return end.isDone();
  }

  /** The status, 0 before there is one. */
  int status() {
    return status;
  }

  /** A header of the answer, or null. */
  @Nullable String header(String name) {
    return headers.firstValue(name).orElse(null);
  }

  /** The last event: why the answer ended, and where its time went. Once it has ended. */
  JsonNode lastEvent() {
    return JsonMapper.shared().readTree(lastEvent);
  }

  /** Completes when the answer is whole; fails with the reason if it is refused or breaks off. */
  CompletableFuture<Void> end() {
    return end;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(String line) {
    if (status != OK) {
      refusal.append(line);
      return;
    }
    if (!firstToken.isDone() && line.startsWith(EVENT) && !line.contains(ROLE)) {
      firstToken.complete(System.nanoTime());
    }
    if (line.startsWith(EVENT)) {
      lastEvent = line.substring(EVENT.length() - 1);
    }
    whole |= line.equals(DONE);
    lastLine = line.isEmpty() ? lastLine : line;
  }

  @Override
  public void onError(Throwable failure) {
    firstToken.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    // The exchange ends too, and knows more.
  }

  @Override
  public void close() {
    Flow.Subscription current = subscription;
    if (current != null) {
      current.cancel();
    }
  }

  private HttpResponse.BodySubscriber<Void> began(HttpResponse.ResponseInfo head) {
    status = head.statusCode();
    headers = head.headers();
    return HttpResponse.BodySubscribers.fromLineSubscriber(this);
  }

  /** A connection may fail before there is an answer, and an answer may be a refusal. */
  private @Nullable Void ended(@Nullable HttpResponse<Void> response, @Nullable Throwable failure) {
    if (response != null && failure == null && whole) {
      return null;
    }
    String said = status == OK ? "and broke off after: " + lastLine : refusal.toString();
    IllegalStateException cause =
        new IllegalStateException("the service answered %d: %s".formatted(status, said), failure);
    firstToken.completeExceptionally(cause);
    throw cause;
  }
}
