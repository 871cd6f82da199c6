package io.chameleon.openai;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives every response the request id that the client sent, or a new one. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RequestIdFilter implements WebFilter {

  /** The header, in both directions. */
  static final String HEADER = "x-request-id";

  /** What may stand in a log line and a header as it is. */
  private static final Pattern SAFE = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private final RandomGenerator chance;

  /**
   * Makes the filter.
   *
   * @param chance of new ids; safe for any number of threads
   */
  RequestIdFilter(RandomGenerator chance) {
    this.chance = chance;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    String sent = exchange.getRequest().getHeaders().getFirst(HEADER);
    String id =
        sent != null && SAFE.matcher(sent).matches()
            ? sent
            : "%016x%016x".formatted(chance.nextLong(), chance.nextLong());
    exchange.getResponse().getHeaders().set(HEADER, id);
    return chain.filter(exchange);
  }

  /** The id of a request, as its response carries it. */
  static String idOf(ServerWebExchange exchange) {
    return String.valueOf(exchange.getResponse().getHeaders().getFirst(HEADER));
  }
}
