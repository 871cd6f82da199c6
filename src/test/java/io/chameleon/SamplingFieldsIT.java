package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields that steer an answer, against what transformers and PEFT say and the tokenizer. */
class SamplingFieldsIT extends RunningService {

  private static final double TOLERANCE = 2e-3;

  @Test
  void ignoreEos_goesOnPastTheEnd_asTheGoldenTokensDo() throws Exception {
    forEachCase(golden -> {
      JsonNode answer = client.answer(ServiceClient.CHAT, golden.request().put("ignore_eos", true));

      assertThat(text(answer)).as(golden.toString()).isEqualTo(decoded(golden, 24));
      assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("length");
      assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(24);
    });
  }

  @Test
  void usage_ofEveryCase_countsAsTheTokenizerDoes() throws Exception {
    forEachCase(golden -> {
      JsonNode usage = chat(golden).get("usage");
      assertThat(usage.get("prompt_tokens").asInt()).isEqualTo(golden.promptTokens());
      assertThat(usage.get("completion_tokens").asInt()).isEqualTo(golden.completionTokens());
      assertThat(usage.get("total_tokens").asInt())
          .isEqualTo(golden.promptTokens() + golden.completionTokens());
    });
    GoldenChat golden = GoldenChat.of("sql", codec);
    assertThat(streamedUsage(golden).get("completion_tokens").asInt())
        .isEqualTo(golden.completionTokens());
  }

  @Test
  void usage_ofSeveralPrompts_countsEachOnce() {
    List<String> prompts = List.of("Once upon a time", "There was");
    ObjectNode body = ServiceClient.JSON.createObjectNode();
    body.put("model", "story").put("max_tokens", 5).put("n", 2).put("ignore_eos", true);
    prompts.forEach(body.putArray("prompt")::add);

    JsonNode answer = client.answer(ServiceClient.COMPLETIONS, body);

    int expected = prompts.stream().mapToInt(p -> codec.encodePrompt(p).length).sum();
    assertThat(answer.get("choices")).hasSize(4);
    assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(expected);
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(20);
  }

  @Test
  void completion_ofTheTokensOfAChat_givesItsText() {
    GoldenChat golden = GoldenChat.of("sql", codec);
    JsonNode chat = chat(golden);
    ObjectNode body = ServiceClient.JSON.createObjectNode();
    body.put("model", "sql").put("temperature", 0).put("max_tokens", 24);
    body.set("prompt", ServiceClient.JSON.valueToTree(golden.promptIds()));

    JsonNode answer = client.answer(ServiceClient.COMPLETIONS, body);

    assertThat(answer.at("/choices/0/text").asString()).isEqualTo(text(chat));
    assertThat(answer.at("/usage")).isEqualTo(chat.at("/usage"));
  }

  @Test
  void logprobs_ofTheGreedyAnswer_areTheGoldenOnes() {
    GoldenChat golden = GoldenChat.of("sql", codec);
    ObjectNode body =
        golden.request().put("ignore_eos", true).put("logprobs", true).put("top_logprobs", 5);

    JsonNode tokens = client.answer(ServiceClient.CHAT, body).at("/choices/0/logprobs/content");

    assertThat(tokens).hasSize(24);
    for (int i = 0; i < tokens.size(); i++) {
      JsonNode token = tokens.get(i);
      double logprob = token.get("logprob").asDouble();
      assertThat(logprob).isCloseTo(golden.greedyLogprobs().get(i), within(TOLERANCE));
      assertThat(bytes(token.get("bytes"))).isEqualTo(codec.tokenBytes(golden.greedyIds().get(i)));
      assertTopIsConsistent(token, logprob);
    }
  }

  private static void assertTopIsConsistent(JsonNode token, double logprob) {
    List<Double> top =
        token.get("top_logprobs").valueStream().map(t -> t.get("logprob").asDouble()).toList();
    assertThat(top).hasSize(5).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(top.getFirst()).isEqualTo(logprob);
    assertThat(token.at("/top_logprobs/0/token")).isEqualTo(token.get("token"));
    assertThat(top.stream().mapToDouble(Math::exp).sum()).isLessThan(1 + 1e-5);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void logprobs_ofBothEndpoints_agree(boolean ignoreEos) {
    GoldenChat golden = GoldenChat.of("math", codec);
    ObjectNode chat =
        golden.request().put("ignore_eos", ignoreEos).put("logprobs", true).put("top_logprobs", 2);
    ObjectNode completion = ServiceClient.JSON.createObjectNode();
    completion.put("model", "math").put("temperature", 0).put("max_tokens", 24);
    completion.put("ignore_eos", ignoreEos).put("logprobs", 2);
    completion.set("prompt", ServiceClient.JSON.valueToTree(golden.promptIds()));

    JsonNode content = client.answer(ServiceClient.CHAT, chat).at("/choices/0/logprobs/content");
    JsonNode plain = client.answer(ServiceClient.COMPLETIONS, completion).at("/choices/0/logprobs");

    assertThat(plain.get("tokens").valueStream())
        .containsExactlyElementsOf(content.valueStream().map(t -> t.get("token")).toList());
    for (int i = 0; i < content.size(); i++) {
      assertThat(plain.get("token_logprobs").get(i).asDouble())
          .isCloseTo(content.get(i).get("logprob").asDouble(), within(1e-4));
    }
  }

  @Test
  void stop_stringInTheMiddle_endsTheTextBeforeIt() throws Exception {
    GoldenChat golden = longest();
    String stop = golden.text().substring(golden.text().length() / 2).strip().substring(0, 4);
    String expected = golden.text().substring(0, golden.text().indexOf(stop));
    ObjectNode body = golden.request();
    body.putArray("stop").add("never in there").add(stop);

    JsonNode answer = client.answer(ServiceClient.CHAT, body);

    assertThat(text(answer)).isEqualTo(expected);
    assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    assertThat(answer.at("/choices/0/stop_reason").asString()).isEqualTo(stop);
    assertThat(streamed(body)).isEqualTo(expected);
    body.put("include_stop_str_in_output", true).put("stream", false);
    assertThat(text(client.answer(ServiceClient.CHAT, body))).isEqualTo(expected + stop);
  }

  @Test
  void stopToken_endsTheTextBeforeIt() {
    GoldenChat golden = longest();
    int at = 7;
    int stop = golden.greedyIds().get(at);
    int first = golden.greedyIds().indexOf(stop);
    ObjectNode body = golden.request();
    body.putArray("stop_token_ids").add(stop);

    JsonNode answer = client.answer(ServiceClient.CHAT, body);

    assertThat(text(answer)).isEqualTo(decoded(golden, first));
    assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
    assertThat(answer.at("/choices/0/stop_reason").asInt()).isEqualTo(stop);
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(first + 1);
  }

  @Test
  void minTokens_putTheEndOff() {
    GoldenChat golden =
        GoldenChat.all(codec).stream()
            .filter(c -> c.ended() && c.completionTokens() < 8)
            .findFirst()
            .orElseThrow();
    int least = golden.completionTokens() + 4;

    JsonNode answer = client.answer(ServiceClient.CHAT, golden.request().put("min_tokens", least));

    assertThat(answer.at("/usage/completion_tokens").asInt()).isGreaterThan(least);
    assertThat(text(answer)).startsWith(golden.text()).hasSizeGreaterThan(golden.text().length());
  }

  @Test
  void logitBias_ofHundred_forcesTheToken_ofMinusHundred_bansIt() {
    GoldenChat golden = longest();
    int forced = golden.greedyIds().getLast();
    ObjectNode force = golden.request().put("temperature", 1).put("max_tokens", 6);
    force.putObject("logit_bias").put(Integer.toString(forced), 100);
    int first = golden.greedyIds().getFirst();
    ObjectNode ban = golden.request().put("logprobs", true);
    ban.putObject("logit_bias").put(Integer.toString(first), -100);

    JsonNode six = client.answer(ServiceClient.CHAT, force);
    JsonNode without = client.answer(ServiceClient.CHAT, ban);

    assertThat(text(six)).isEqualTo(GoldenChat.decode(codec, Collections.nCopies(6, forced)));
    JsonNode tokens = without.at("/choices/0/logprobs/content");
    assertThat(tokens).isNotEmpty();
    for (JsonNode token : tokens) {
      assertThat(bytes(token.get("bytes"))).isNotEqualTo(codec.tokenBytes(first));
    }
  }

  /** All cases at once, which takes less time than one after the other. */
  private void forEachCase(Consumer<GoldenChat> check) throws Exception {
    try (ExecutorService checks = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      GoldenChat.all(codec).forEach(chat -> done.add(checks.submit(() -> check.accept(chat))));
      for (Future<?> future : done) {
        future.get(SOON.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  private GoldenChat longest() {
    return GoldenChat.all(codec).stream()
        .filter(c -> !c.ended() && c.text().chars().allMatch(ch -> ch < 128))
        .findFirst()
        .orElseThrow();
  }

  private String decoded(GoldenChat golden, int tokens) {
    return GoldenChat.decode(codec, golden.greedyIds().subList(0, tokens));
  }

  private String streamed(ObjectNode body) throws Exception {
    StringBuilder text = new StringBuilder();
    try (EventStream events = client.stream(body.put("stream", true))) {
      for (var event = events.next(); event != null; event = events.next()) {
        text.append(event.content());
      }
    }
    return text.toString();
  }

  private JsonNode streamedUsage(GoldenChat golden) throws Exception {
    ObjectNode body = golden.request().put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    List<JsonNode> usages = new ArrayList<>();
    try (EventStream events = client.stream(body)) {
      for (var event = events.next(); event != null; event = events.next()) {
        if (event.data().get("choices").isEmpty()) {
          usages.add(event.data().get("usage"));
        } else {
          assertThat(event.data().get("usage").isNull()).isTrue();
        }
      }
    }
    assertThat(usages).hasSize(1);
    return usages.getFirst();
  }

  private static byte[] bytes(JsonNode array) {
    byte[] bytes = new byte[array.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) array.get(i).asInt();
    }
    return bytes;
  }
}
