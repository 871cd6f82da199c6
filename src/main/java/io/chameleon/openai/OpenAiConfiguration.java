package io.chameleon.openai;

import io.chameleon.serving.AdminProperties;
import io.chameleon.serving.InferenceService;
import io.chameleon.serving.ServedModels;
import io.chameleon.text.TextCodec;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import reactor.core.scheduler.Schedulers;

/**
 * The wiring of this package. It asks for an {@link InferenceService}, the {@link ServedModels} and
 * a {@link TextCodec}; a clock and a source of chance are its own unless there is a bean of either
 * kind.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({HttpProperties.class, AdminProperties.class})
class OpenAiConfiguration {

  private static final int IDLE_THREAD_SECONDS = 60;

  private static final RandomGenerator ANY_THREADS_CHANCE =
      () -> ThreadLocalRandom.current().nextLong();

  @Bean
  RequestIdFilter requestIdFilter(ObjectProvider<RandomGenerator> chance) {
    return new RequestIdFilter(chance.getIfUnique(() -> ANY_THREADS_CHANCE));
  }

  /** For those who answer without being given the exchange. */
  @Bean
  ServerWebExchangeContextFilter exchangeContextFilter() {
    return new ServerWebExchangeContextFilter();
  }

  @Bean
  AdministrativeCalls administrativeCalls(AdminProperties admin, HttpProperties http) {
    return new AdministrativeCalls(admin.enabled(), http.tenantHeader());
  }

  @Bean
  OpenAiErrorHandler openAiErrorHandler() {
    return new OpenAiErrorHandler();
  }

  @Bean
  LogprobsJson logprobsJson(TextCodec codec) {
    return new LogprobsJson(codec);
  }

  @Bean
  Answers answers(
      HttpProperties http, Tokenisation tokenisation, InferenceService service, TextCodec codec) {
    RequestBody bodies = new RequestBody(http.maxBodyBytes());
    CallerHeaders headers = new CallerHeaders(http.tenantHeader(), http.priorities());
    return new Answers(bodies, tokenisation, service, codec, System::nanoTime, headers);
  }

  @Bean(destroyMethod = "stop")
  Tokenisation tokenisation(HttpProperties http) {
    return new Tokenisation(
        Schedulers.newBoundedElastic(
            http.tokenisationThreads(),
            http.tokenisationQueue(),
            "tokenise",
            IDLE_THREAD_SECONDS,
            true));
  }

  @Bean
  GenerationPlanner generationPlanner(
      ServedModels models,
      TextCodec codec,
      ObjectProvider<InstantSource> clock,
      ObjectProvider<RandomGenerator> chance) {
    return new GenerationPlanner(
        models,
        codec,
        clock.getIfUnique(InstantSource::system),
        chance.getIfUnique(() -> ANY_THREADS_CHANCE));
  }

  @Bean
  AnswerSender answerSender(HttpProperties http, OpenAiErrorHandler errors) {
    return new AnswerSender(new KeepAlive(http.keepAlive(), Schedulers.parallel()), errors);
  }

  /** After Spring Boot's own, whose decoder settings it keeps. */
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> h2cUpgrade(HttpProperties http) {
    return factory -> factory.addServerCustomizers(new H2cUpgrade(http.maxBodyBytes()));
  }
}
