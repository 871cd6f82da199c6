package io.chameleon.openai;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The frame of each administrative call over HTTP: whether it is allowed at all, a line in the log
 * {@code chameleon.audit} of who did what and what came of it, and the answer on the connection's
 * own event loop.
 */
public final class AdministrativeCalls {

  private static final Logger audit = LoggerFactory.getLogger("chameleon.audit");

  private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7e]");

  private static final int SHOWN_CHARACTERS = 300;

  private final boolean enabled;

  private final String tenantHeader;

  /**
   * Makes it.
   *
   * @param enabled whether administration is on
   * @param tenantHeader names the tenant
   */
  public AdministrativeCalls(boolean enabled, String tenantHeader) {
    this.enabled = enabled;
    this.tenantHeader = tenantHeader;
  }

  /**
   * Makes a call.
   *
   * @param action what is done to what, for the log
   * @param refusal the status of a call while administration is off
   * @param work does it
   * @param outcome what came of it, for the log
   */
  public <T> Mono<T> run(
      String action, HttpStatus refusal, Mono<T> work, Function<? super T, String> outcome) {
    return Mono.deferContextual(context -> {
      ServerWebExchange exchange = ServerWebExchangeContextFilter.getExchange(context).orElse(null);
      String who = who(exchange);
      return answer(enabled ? work : Mono.<T>error(off(refusal)), exchange)
          .doOnSuccess(done -> log(action, who, done == null ? "done" : outcome.apply(done)))
          .doOnError(failure -> log(action, who, "failed: " + failure.getMessage()));
    });
  }

  /** Goes on with an answer where it may be written. */
  public <T> Mono<T> answer(Mono<T> work) {
    return Mono.deferContextual(
        context -> answer(work, ServerWebExchangeContextFilter.getExchange(context).orElse(null)));
  }

  private static <T> Mono<T> answer(Mono<T> work, @Nullable ServerWebExchange exchange) {
    return exchange == null ? work : work.publishOn(EventLoops.of(exchange.getRequest()));
  }

  private static ResponseStatusException off(HttpStatus refusal) {
    return new ResponseStatusException(
        refusal, "The administration of adapters is off; chameleon.admin.enabled turns it on.");
  }

  private String who(@Nullable ServerWebExchange exchange) {
    if (exchange == null) {
      return "unknown";
    }
    ServerHttpRequest request = exchange.getRequest();
    String remote =
        Optional.ofNullable(request.getRemoteAddress())
            .map(InetSocketAddress::toString)
            .orElse("unknown");
    String tenant = request.getHeaders().getFirst(tenantHeader);
    return "%s tenant=%s".formatted(remote, tenant == null ? "none" : printable(tenant));
  }

  private static void log(String action, String who, String outcome) {
    audit.info("{} by {}: {}", printable(action), who, printable(outcome));
  }

  /** A client's words must not look like lines of the log. */
  private static String printable(String text) {
    String shown =
        text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "..." : text;
    return UNPRINTABLE.matcher(shown).replaceAll("?");
  }
}
