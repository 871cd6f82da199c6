package io.chameleon.openai;

import io.chameleon.request.Refusal;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * When a request got how far on its way in, so that a refusal can tell where its time went. It is
 * handed from thread to thread with the request, and written by whichever has it.
 */
final class RequestWay {

  private static final String ATTRIBUTE = RequestWay.class.getName();

  private final LongSupplier nanoTime;

  private long received;

  private long planning;

  private long planned;

  private RequestWay(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    received = nanoTime.getAsLong();
    planning = received;
    planned = received;
  }

  /** Keeps the way of a request with it; all of its body has been read just now. */
  static RequestWay begin(ServerHttpRequest request, LongSupplier nanoTime) {
    RequestWay way = new RequestWay(nanoTime);
    request.getAttributes().put(ATTRIBUTE, way);
    return way;
  }

  /** The way of a request, or null if its body was never read whole. */
  static @Nullable RequestWay of(ServerHttpRequest request) {
    return (RequestWay) request.getAttributes().get(ATTRIBUTE);
  }

  /** The same work, with its beginning and its end noted. */
  <T> Callable<T> timed(Callable<T> plan) {
    return () -> {
      planning = nanoTime.getAsLong();
      T result = plan.call();
      planned = nanoTime.getAsLong();
      return result;
    };
  }

  /**
   * The header {@link ServerTiming#HEADER} of a refusal that is written now. Its parts: waiting for
   * a thread to be planned, being planned, and from then on, which is the whole wait of a request
   * that was let in and then ended.
   */
  String refused(Refusal refusal) {
    long now = nanoTime.getAsLong();
    return String.join(
        ", ",
        ServerTiming.entry("refused;desc=" + refusal.wireName(), since(received, now)),
        ServerTiming.entry("thread", since(received, planning)),
        ServerTiming.entry("plan", since(planning, planned)),
        ServerTiming.entry("decide", since(planned, now)));
  }

  private static Duration since(long start, long end) {
    return Duration.ofNanos(Math.max(0, end - start));
  }
}
