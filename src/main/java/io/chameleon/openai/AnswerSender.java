package io.chameleon.openai;

import io.chameleon.request.RequestTiming;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends an answer as server-sent events or at once, as the request wants it. */
final class AnswerSender {

  private final KeepAlive keepAlive;

  private final OpenAiErrorHandler errors;

  AnswerSender(KeepAlive keepAlive, OpenAiErrorHandler errors) {
    this.keepAlive = keepAlive;
    this.errors = errors;
  }

  /** Sends the updates of all choices; each must end. */
  Mono<Void> send(
      ServerWebExchange exchange,
      Generation generation,
      AnswerFormat format,
      Flux<ChoiceUpdate> updates) {
    return generation.options().streaming().stream()
        ? stream(exchange, generation, format, updates)
        : whole(exchange, generation, format, updates);
  }

  /**
   * Sends the first events as soon as the service has admitted the request, then each token as it
   * comes. Where the client has set a deadline, the first events come with the first token: if the
   * deadline passes while the request waits, it can still be answered with a status. Reactor Netty
   * flushes whenever it has written all that is there.
   */
  private Mono<Void> stream(
      ServerWebExchange exchange,
      Generation generation,
      AnswerFormat format,
      Flux<ChoiceUpdate> updates) {
    ServerHttpResponse response = exchange.getResponse();
    HttpHeaders headers = response.getHeaders();
    headers.setContentType(MediaType.TEXT_EVENT_STREAM);
    headers.setCacheControl(CacheControl.noCache());
    headers.set("X-Accel-Buffering", "no");
    response.setStatusCode(HttpStatus.OK);
    Flux<byte[]> events =
        events(generation, format, updates)
            .onErrorResume(failure ->
                response.isCommitted()
                    ? Mono.just(errors.explain(failure, RequestIdFilter.idOf(exchange)).toEvent())
                    : Mono.error(failure));
    DataBufferFactory buffers = response.bufferFactory();
    return response.writeWith(keepAlive.within(events).map(buffers::wrap));
  }

  private static Flux<byte[]> events(
      Generation generation, AnswerFormat format, Flux<ChoiceUpdate> updates) {
    UsageMeter meter = new UsageMeter(generation.promptTokens());
    Flux<byte[]> tokens = updates.map(update -> format.update(update, meter.count(update)));
    Mono<byte[]> opening = Mono.fromSupplier(format::opening);
    Flux<byte[]> opened =
        generation.hasDeadline()
            ? tokens.switchOnFirst(
                (first, all) -> first.isOnError() ? all : opening.concatWith(all))
            : opening.concatWith(tokens);
    return opened
        .concatWith(Mono.fromSupplier(() -> format.closing(meter.usage())))
        .filter(bytes -> bytes.length > 0);
  }

  private static Mono<Void> whole(
      ServerWebExchange exchange,
      Generation generation,
      AnswerFormat format,
      Flux<ChoiceUpdate> updates) {
    return updates
        .collect(() -> new WholeAnswer(generation), WholeAnswer::add)
        .flatMap(answer -> {
          RequestTiming timing = answer.choices().getFirst().end().timing();
          if (timing != null) {
            exchange.getResponse().getHeaders().set(ServerTiming.HEADER, ServerTiming.of(timing));
          }
          byte[] json = format.whole(answer.choices(), answer.usage());
          return JsonResponses.write(exchange.getResponse(), HttpStatus.OK, json);
        });
  }
}
