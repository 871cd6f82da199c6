package io.chameleon.openai;

import io.chameleon.serving.Handover;
import java.util.concurrent.Executor;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

/**
 * The event loop of a request's own connection. Tokens are turned into events there: the thread
 * that generates them is left at once, and the events need no second hand-over to be written. An
 * event loop gets all tokens of a step in one piece.
 */
final class EventLoops {

  private EventLoops() {}

  /** That event loop as a scheduler. */
  static Scheduler of(ServerHttpRequest request) {
    Object nativeRequest = ServerHttpRequestDecorator.getNativeRequest(request);
    if (nativeRequest instanceof Connection connection) {
      Executor eventLoop = connection.channel().eventLoop();
      // As a plain executor: a scheduler of an executor service would want to own it.
      return Schedulers.fromExecutor(task -> Handover.execute(eventLoop, task));
    }
    throw new IllegalStateException(
        "the server is not Reactor Netty: " + nativeRequest.getClass().getName());
  }
}
