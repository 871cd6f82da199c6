package io.chameleon.openai;

import io.chameleon.fixtures.FakeInferenceService;
import io.chameleon.fixtures.FakeServedModels;
import io.chameleon.fixtures.FakeTextCodec;
import java.time.Instant;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;

/**
 * This package over fakes. Not a component itself, so that no other application context that scans
 * these packages takes its beans.
 */
@EnableAutoConfiguration
@ComponentScan(basePackages = "io.chameleon.openai")
class OpenAiTestApplication {

  @Bean
  FakeInferenceService inferenceService() {
    return new FakeInferenceService();
  }

  @Bean
  FakeServedModels servedModels() {
    return new FakeServedModels();
  }

  @Bean
  FakeTextCodec textCodec() {
    return new FakeTextCodec();
  }

  @Bean
  InstantSource clock() {
    return InstantSource.fixed(Instant.ofEpochSecond(1_789_000_123));
  }
}
