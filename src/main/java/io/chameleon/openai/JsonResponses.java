package io.chameleon.openai;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/** Sends one JSON value as a whole response. */
final class JsonResponses {

  private JsonResponses() {}

  /** Sends it. */
  static Mono<Void> write(ServerHttpResponse response, HttpStatusCode status, byte[] json) {
    response.setStatusCode(status);
    response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    response.getHeaders().setContentLength(json.length);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(json)));
  }
}
