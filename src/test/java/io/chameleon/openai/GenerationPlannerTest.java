package io.chameleon.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.FakeServedModels;
import io.chameleon.fixtures.FakeTextCodec;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.SamplingParams;
import io.chameleon.request.ServiceTerms;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body means. */
class GenerationPlannerTest {

  private static final char QUOTE = '\'';

  private final GenerationPlanner planner =
      new GenerationPlanner(
          new FakeServedModels(),
          new FakeTextCodec(),
          InstantSource.fixed(Instant.EPOCH),
          new Random(7));

  @Test
  void chat_nothingButMessages_hasTheDefaults() {
    InferenceRequest request = chat("").sequences().getFirst();

    assertThat(FakeTextCodec.text(request.promptTokens())).isEqualTo("user: hi\n");
    assertThat(request.maxTokens()).isEqualTo(FakeServedModels.CONTEXT - 9);
    SamplingParams sampling = request.sampling();
    assertThat(sampling)
        .isEqualTo(
            new SamplingParams(
                1, 1, 0, 0, 0, 0, 1, Map.of(), sampling.seed(), 0, false, Set.of(), -1));
  }

  @Test
  void chat_everyField_reachesTheRequest() {
    Generation generation =
        chat(
            """
            , "temperature": 0.5, "top_p": 0.9, "top_k": 40, "min_p": 0.1,
            "presence_penalty": -1, "frequency_penalty": 2, "repetition_penalty": 1.2,
            "logit_bias": {"7": -100, "299": 1.5}, "seed": -9223372036854775808,
            "min_tokens": 2, "ignore_eos": true, "stop_token_ids": [5, 6],
            "logprobs": true, "top_logprobs": 20, "max_tokens": 10, "n": 2,
            "stop": ["a", "b"], "include_stop_str_in_output": true,
            "stream": true, "stream_options": {"include_usage": true}\
            """);

    assertThat(generation.sequences()).hasSize(2);
    assertThat(generation.sequences().getFirst().sampling())
        .isEqualTo(
            new SamplingParams(
                0.5,
                0.9,
                40,
                0.1,
                -1,
                2,
                1.2,
                Map.of(7, -100f, 299, 1.5f),
                Long.MIN_VALUE,
                2,
                true,
                Set.of(5, 6),
                20));
    assertThat(generation.sequences().getLast().sampling().seed()).isEqualTo(Long.MIN_VALUE + 1);
    assertThat(generation.options().stop().strings()).containsExactly("a", "b");
    assertThat(generation.options().stop().included()).isTrue();
    assertThat(generation.options().streaming()).isEqualTo(new StreamOptions(true, true, false));
  }

  @Test
  void chat_noSeed_hasAnotherOneEachTime() {
    assertThat(chat("").sequences().getFirst().sampling().seed())
        .isNotEqualTo(chat("").sequences().getFirst().sampling().seed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = QUOTE,
      value = {
        "\"max_tokens\": 3 | 3",
        "\"max_completion_tokens\": 4 | 4",
        "\"max_tokens\": 3, \"max_completion_tokens\": 4 | 4",
        "\"max_tokens\": 3, \"max_completion_tokens\": null | 3",
        "\"max_tokens\": 4087 | 4087",
      })
  void chat_limits_theNewNameWins(String fields, int maxTokens) {
    assertThat(chat(", " + fields).sequences().getFirst().maxTokens()).isEqualTo(maxTokens);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "temperature", "top_p", "top_k", "min_p", "presence_penalty", "frequency_penalty",
        "repetition_penalty", "logit_bias", "seed", "min_tokens", "ignore_eos", "stop_token_ids",
        "logprobs", "top_logprobs", "max_tokens", "max_completion_tokens", "n", "stop",
        "include_stop_str_in_output", "stream", "stream_options", "priority", "user", "metadata"
      })
  void chat_nullField_isAbsent(String field) {
    assertThat(chat(", \"%s\": null".formatted(field)).options())
        .usingRecursiveComparison()
        .ignoringFields("sampling.seed")
        .isEqualTo(chat("").options());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"user\": 5",
        "\"metadata\": {\"a\": [1]}",
        "\"store\": true",
        "\"service_tier\": \"auto\"",
        "\"safety_identifier\": \"x\"",
        "\"prompt_cache_key\": \"x\"",
        "\"parallel_tool_calls\": false",
        "\"request_id\": \"x\"",
        "\"cache_salt\": \"x\"",
        "\"no such key\": [[[[{}]]]]",
        "\"top_k\": -1",
      })
  void chat_fieldThatChangesNothing_isIgnored(String field) {
    assertThat(chat(", " + field).options())
        .usingRecursiveComparison()
        .ignoringFields("sampling.seed")
        .isEqualTo(chat("").options());
  }

  @Test
  void chat_rolesAndParts_areRendered() {
    Generation generation =
        planner.chat(
            """
            {"model": "base", "messages": [
              {"role": "developer", "content": "be brief", "name": "d"},
              {"role": "user", "content": [
                {"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
              {"role": "assistant", "content": "c", "tool_calls": []},
              {"role": "tool", "content": "", "tool_call_id": "1"}]}\
            """
                .getBytes(UTF_8),
            Caller.ANYBODY);

    assertThat(FakeTextCodec.text(generation.sequences().getFirst().promptTokens()))
        .isEqualTo("system: be brief\nuser: a\nb\nassistant: c\ntool: \n");
  }

  @Test
  void completion_nearTheContext_defaultsToWhatFits() {
    String body = "{\"model\": \"base\", \"prompt\": \"%s\"}".formatted("x".repeat(4090));

    Generation generation = planner.completion(body.getBytes(UTF_8), Caller.ANYBODY);

    assertThat(generation.sequences().getFirst().maxTokens()).isEqualTo(6);
  }

  @Test
  void terms_ofTheHeaders_reachEverySequence() {
    Caller caller = new Caller(null, Duration.ofMillis(800), "acme", 7);

    Generation generation =
        planner.completion(
            "{\"model\": \"base\", \"prompt\": [\"a\", \"b\"], \"n\": 2}".getBytes(UTF_8), caller);

    assertThat(generation.sequences())
        .hasSize(4)
        .extracting(InferenceRequest::terms)
        .containsOnly(new ServiceTerms(Duration.ofMillis(800), 7, "acme"));
  }

  @Test
  void priority_ofTheBody_goesBeforeTheObjective() {
    Caller caller = new Caller(null, null, null, 7);
    byte[] body = message("hi", ", \"priority\": -2147483648").getBytes(UTF_8);

    assertThat(planner.chat(body, caller).sequences().getFirst().terms())
        .isEqualTo(new ServiceTerms(null, Integer.MIN_VALUE, null));
    assertThat(chat("").sequences().getFirst().terms()).isEqualTo(ServiceTerms.DEFAULT);
  }

  private Generation chat(String more) {
    return planner.chat(message("hi", more).getBytes(UTF_8), Caller.ANYBODY);
  }

  private static String message(String content, String more) {
    return """
    {"model": "base", "messages": [{"role": "user", "content": "%s"}]%s}\
    """
        .formatted(content, more);
  }
}
