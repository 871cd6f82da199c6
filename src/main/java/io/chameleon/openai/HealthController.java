package io.chameleon.openai;

import io.chameleon.request.ServiceUnavailableException;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code GET /health} and {@code GET /version}, as load balancers and clients of vLLM ask. */
@RestController
final class HealthController {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final ApplicationAvailability availability;

  private final String version;

  HealthController(
      ApplicationAvailability availability,
      @Value("${spring.application.version:development}") String version) {
    this.availability = availability;
    this.version = version;
  }

  /** 200 while requests are taken, else 503. */
  @GetMapping(path = "/health", produces = MediaType.APPLICATION_JSON_VALUE)
  Mono<Void> health(ServerWebExchange exchange) {
    if (availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC) {
      return Mono.error(
          new ServiceUnavailableException("The service takes no requests now.", RETRY_AFTER));
    }
    return write(exchange, "status", "ok");
  }

  /** The version of the service. */
  @GetMapping(path = "/version", produces = MediaType.APPLICATION_JSON_VALUE)
  Mono<Void> version(ServerWebExchange exchange) {
    return write(exchange, "version", version);
  }

  private static Mono<Void> write(ServerWebExchange exchange, String name, String value) {
    byte[] json =
        AnswerJson.bytes(out -> {
          out.writeStartObject();
          out.writeStringProperty(name, value);
          out.writeEndObject();
        });
    return JsonResponses.write(exchange.getResponse(), HttpStatus.OK, json);
  }
}
