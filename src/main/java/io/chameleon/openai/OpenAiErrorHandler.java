package io.chameleon.openai;

import io.chameleon.request.AdapterForbiddenException;
import io.chameleon.request.AdapterNameTakenException;
import io.chameleon.request.AdapterRefusedException;
import io.chameleon.request.AdapterUnloadedException;
import io.chameleon.request.InvalidRequestException;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.request.UnknownModelException;
import io.chameleon.serving.SlowReaderException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** The one place where failures become the status and the JSON that clients of the API read. */
@Order(OpenAiErrorHandler.BEFORE_SPRING_BOOTS_OWN)
final class OpenAiErrorHandler implements WebExceptionHandler {

  static final int BEFORE_SPRING_BOOTS_OWN = -2;

  private static final Logger log = LoggerFactory.getLogger(OpenAiErrorHandler.class);

  private static final String INVALID_REQUEST = "invalid_request_error";

  private static final String SERVER_ERROR = "server_error";

  private static final long MILLIS_PER_SECOND = 1000;

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
    ServerHttpResponse response = exchange.getResponse();
    if (response.isCommitted() || DisconnectedClientHelper.isClientDisconnectedException(failure)) {
      return Mono.error(failure);
    }
    OpenAiError error = explain(failure, RequestIdFilter.idOf(exchange));
    error.headers().forEach(response.getHeaders()::set);
    addTiming(exchange, Exceptions.unwrap(failure));
    return JsonResponses.write(response, HttpStatusCode.valueOf(error.status()), error.toJson());
  }

  private static void addTiming(ServerWebExchange exchange, Throwable failure) {
    RequestWay way = RequestWay.of(exchange.getRequest());
    if (way != null && failure instanceof RequestRejectedException refused) {
      exchange.getResponse().getHeaders().set(ServerTiming.HEADER, way.refused(refused.refusal()));
    }
  }

  /** What to tell the client; what the client cannot have caused is logged here. */
  OpenAiError explain(Throwable failure, String requestId) {
    return switch (Exceptions.unwrap(failure)) {
      case InvalidRequestException e ->
          invalid(HttpStatus.BAD_REQUEST, e.param(), e.code(), e.getMessage());
      case UnknownModelException e ->
          invalid(HttpStatus.NOT_FOUND, "model", "model_not_found", e.getMessage());
      case AdapterUnloadedException e ->
          invalid(HttpStatus.NOT_FOUND, "model", "model_not_found", e.getMessage());
      case AdapterNameTakenException e ->
          invalid(HttpStatus.CONFLICT, "model", "adapter_name_taken", e.getMessage());
      case AdapterRefusedException e ->
          invalid(HttpStatus.UNPROCESSABLE_CONTENT, "model", "adapter_invalid", e.getMessage());
      case AdapterForbiddenException e -> forbidden(e);
      case BodyTooLargeException e ->
          invalid(HttpStatus.CONTENT_TOO_LARGE, null, null, e.getMessage());
      case RequestRejectedException e ->
          retryable(
              HttpStatus.TOO_MANY_REQUESTS,
              "rate_limit_error",
              "queue_full",
              e.getMessage(),
              e.retryAfter());
      case SlowReaderException e ->
          invalid(HttpStatus.REQUEST_TIMEOUT, null, "slow_reader", e.getMessage());
      case ServiceUnavailableException e ->
          retryable(
              HttpStatus.SERVICE_UNAVAILABLE,
              SERVER_ERROR,
              "unavailable",
              e.getMessage(),
              e.retryAfter());
      case ResponseStatusException e when e.getStatusCode().is4xxClientError() -> refused(e);
      case Throwable e -> unexpected(e, requestId);
    };
  }

  private static OpenAiError invalid(
      HttpStatus status, @Nullable String param, @Nullable String code, @Nullable String message) {
    return new OpenAiError(
        status.value(), INVALID_REQUEST, param, code, String.valueOf(message), Map.of());
  }

  private static OpenAiError forbidden(AdapterForbiddenException refusal) {
    return new OpenAiError(
        HttpStatus.FORBIDDEN.value(),
        "permission_error",
        "model",
        null,
        String.valueOf(refusal.getMessage()),
        Map.of());
  }

  private static OpenAiError retryable(
      HttpStatus status, String type, String code, @Nullable String message, Duration after) {
    long millis = Math.max(1, after.toMillis());
    long seconds = Math.ceilDiv(millis, MILLIS_PER_SECOND);
    return new OpenAiError(
        status.value(),
        type,
        null,
        code,
        String.valueOf(message),
        Map.of(
            HttpHeaders.RETRY_AFTER,
            Long.toString(seconds),
            "retry-after-ms",
            Long.toString(millis)));
  }

  private static OpenAiError refused(ResponseStatusException refusal) {
    String reason = refusal.getBody().getDetail();
    return new OpenAiError(
        refusal.getStatusCode().value(),
        INVALID_REQUEST,
        null,
        null,
        reason == null ? refusal.getStatusCode().toString() : reason,
        refusal.getHeaders().toSingleValueMap());
  }

  private static OpenAiError unexpected(Throwable failure, String requestId) {
    log.error("request {} failed", requestId, failure);
    return new OpenAiError(
        HttpStatus.INTERNAL_SERVER_ERROR.value(),
        SERVER_ERROR,
        null,
        null,
        "The server failed on this request; its log has the reason under the request id %s."
            .formatted(requestId),
        Map.of("x-should-retry", "false"));
  }
}
