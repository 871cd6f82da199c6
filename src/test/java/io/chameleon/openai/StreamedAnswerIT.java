package io.chameleon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.FakeInferenceService;
import io.chameleon.request.ServiceUnavailableException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Streamed answers, event by event. */
class StreamedAnswerIT extends RunningServer {

  private static final String CHAT_HEAD =
      "data: {\"id\":\"chatcmpl-ID\",\"object\":\"chat.completion.chunk\",\"created\":1789000123,"
          + "\"model\":\"alpha\",\"choices\":[";

  private static final String TEXT_HEAD =
      "data: {\"id\":\"cmpl-ID\",\"object\":\"text_completion\",\"created\":1789000123,"
          + "\"model\":\"alpha\",\"choices\":[";

  private static final String TIMING =
      "\"timing\":{\"queue\":1.5,\"adapter\":2.0,\"adapter_source\":\"host\",\"prefill\":30.0,"
          + "\"decode\":40.0}";

  @Test
  void chat_plain_isTheGoldenStream() {
    service.answer("Hé");

    List<String> events = api.events(ApiClient.CHAT, chat(""));

    assertThat(events)
        .containsExactly(
            CHAT_HEAD
                + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                + "\"logprobs\":null,\"finish_reason\":null}],\"system_fingerprint\":null}",
            CHAT_HEAD
                + "{\"index\":0,\"delta\":{\"content\":\"H\"},"
                + "\"logprobs\":null,\"finish_reason\":null}],\"system_fingerprint\":null}",
            CHAT_HEAD
                + "{\"index\":0,\"delta\":{\"content\":\"é\"},"
                + "\"logprobs\":null,\"finish_reason\":null}],\"system_fingerprint\":null}",
            CHAT_HEAD
                + "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\","
                + "\"stop_reason\":null}],\"system_fingerprint\":null,"
                + TIMING
                + "}",
            "data: [DONE]");
  }

  @Test
  void chat_anyStream_hasTheHeadersOfOne() {
    HttpResponse<String> response = api.post(ApiClient.CHAT, chat(""));

    assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
    assertThat(response.headers().firstValue("cache-control")).hasValue("no-cache");
    assertThat(response.headers().firstValue("x-accel-buffering")).hasValue("no");
    assertThat(response.body()).endsWith("data: [DONE]\n\n").doesNotContain("error");
  }

  @Test
  void chat_usageIncluded_ridesOnAChunkOfItsOwn() {
    service.answer("H");

    List<String> events =
        api.events(ApiClient.CHAT, chat(", \"stream_options\": {\"include_usage\": true}"));

    assertThat(events).hasSize(5);
    assertThat(events.subList(0, 3)).allMatch(event -> event.contains("\"usage\":null"));
    assertThat(events.get(2)).endsWith("\"usage\":null," + TIMING + "}");
    assertThat(events.get(3))
        .isEqualTo(
            CHAT_HEAD
                + "],\"system_fingerprint\":null,\"usage\":{\"prompt_tokens\":8,"
                + "\"completion_tokens\":2,\"total_tokens\":10,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":0}}}");
    assertThat(events.get(4)).isEqualTo("data: [DONE]");
  }

  @Test
  void chat_continuousUsage_ridesOnEveryChunk() {
    service.answer("Hi");

    List<String> events =
        api.events(
            ApiClient.CHAT,
            chat(
                ", \"stream_options\": {\"include_usage\": true, \"continuous_usage_stats\":"
                    + " true}"));

    assertThat(events.get(0)).contains("\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":0,");
    assertThat(events.get(1)).contains("\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":1,");
    assertThat(events.get(2)).contains("\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":2,");
    assertThat(events.get(3)).contains("\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":3,");
    assertThat(events.get(4)).contains("\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":3,");
  }

  @Test
  void chat_logprobs_travelWithTheTextOfTheirTokens() {
    service.answer("aé");

    List<String> events = api.events(ApiClient.CHAT, chat(", \"logprobs\": true"));

    assertThat(events.get(1))
        .contains(
            "\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":[{\"token\":\"a\","
                + "\"logprob\":-0.5,\"bytes\":[97],\"top_logprobs\":[]}],\"refusal\":null}");
    assertThat(events.get(2))
        .contains("\"delta\":{\"content\":\"é\"}")
        .contains("\"bytes\":[195]")
        .contains("\"bytes\":[169]");
    assertThat(events.get(3)).contains("\"delta\":{},\"logprobs\":null,");
  }

  @Test
  void chat_logprobsOfHeldBackTokens_areSentEvenWithoutText() {
    service.answer("a<end>");

    List<String> events =
        api.events(ApiClient.CHAT, chat(", \"logprobs\": true, \"stop\": \"<end>\""));

    assertThat(events).hasSize(5);
    assertThat(events.get(2))
        .contains("\"delta\":{\"content\":\"\"}")
        .contains("\"bytes\":[60]")
        .contains("\"bytes\":[62]");
    assertThat(events.get(3)).contains("\"finish_reason\":\"stop\",\"stop_reason\":\"<end>\"");
  }

  @Test
  void chat_stopStringAcrossTokens_isHeldBackAndCancels() {
    service.answer("ab<e<end>never");

    List<String> events = api.events(ApiClient.CHAT, chat(", \"stop\": [\"<end>\", \"zz\"]"));

    assertThat(events.stream().filter(e -> e.contains("\"content\":\"")).toList())
        .extracting(e -> e.replaceAll(".*\"content\":\"([^\"]*)\".*", "$1"))
        .containsExactly("", "a", "b", "<e");
    assertThat(events.get(4)).contains("\"stop_reason\":\"<end>\"").contains("\"timing\":{");
    assertThat(service.cancelled()).isEqualTo(1);
  }

  @Test
  void chat_startOfAStopStringAtTheEnd_isSentAfterAll() {
    service.answer("ab<e");

    List<String> events = api.events(ApiClient.CHAT, chat(", \"stop\": \"<end>\""));

    assertThat(events.get(3)).contains("\"delta\":{\"content\":\"<e\"}");
    assertThat(events.get(4)).contains("\"delta\":{}").contains("\"stop_reason\":null");
  }

  @Test
  void chat_severalChoices_eachBeginsAndEndsOnce() {
    service.answer(request -> FakeInferenceService.says(request, "abc"));

    List<String> events = api.events(ApiClient.CHAT, chat(", \"n\": 3"));

    assertThat(events).hasSize(3 + 3 * 3 + 3 + 1);
    for (int i = 0; i < 3; i++) {
      String index = "\"index\":" + i + ",";
      List<String> choice = events.stream().filter(e -> e.contains(index)).toList();
      assertThat(choice).hasSize(5);
      assertThat(choice.getFirst()).contains("\"role\":\"assistant\"");
      assertThat(choice.getLast()).contains("\"finish_reason\":\"stop\"");
    }
    assertThat(events.subList(0, 3)).allMatch(e -> e.contains("\"role\":\"assistant\""));
  }

  @Test
  void chat_failureAfterTheFirstByte_isAnErrorEventWithoutDone() {
    service.answer(request ->
        Flux.concat(
            Flux.just(FakeInferenceService.token(request, 'a', true)),
            Flux.error(
                new ServiceUnavailableException("The engine stopped.", Duration.ofSeconds(2)))));

    HttpResponse<String> response = api.post(ApiClient.CHAT, chat(""));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .contains("\"content\":\"a\"")
        .endsWith(
            """
            event: error
            data: {"error":{"message":"The engine stopped.","type":"server_error","param":null,\
            "code":"unavailable"}}

            """)
        .doesNotContain("[DONE]");
  }

  @Test
  void chat_streamThatNeverEnds_isAnErrorEvent() {
    service.answer(request -> Flux.just(FakeInferenceService.token(request, 'a', true)));

    HttpResponse<String> response = api.post(ApiClient.CHAT, chat(""));

    assertThat(response.body()).contains("event: error").doesNotContain("[DONE]");
  }

  @Test
  void completion_plain_isTheGoldenStream() {
    service.answer("Hi");

    List<String> events = api.events(ApiClient.COMPLETIONS, completion(""));

    assertThat(events)
        .containsExactly(
            TEXT_HEAD
                + "{\"index\":0,\"text\":\"H\",\"logprobs\":null,\"finish_reason\":null}],"
                + "\"system_fingerprint\":null}",
            TEXT_HEAD
                + "{\"index\":0,\"text\":\"i\",\"logprobs\":null,\"finish_reason\":null}],"
                + "\"system_fingerprint\":null}",
            TEXT_HEAD
                + "{\"index\":0,\"text\":\"\",\"logprobs\":null,\"finish_reason\":\"stop\","
                + "\"stop_reason\":null}],\"system_fingerprint\":null,"
                + TIMING
                + "}",
            "data: [DONE]");
  }

  @Test
  void completion_failureBeforeTheFirstToken_isAnHttpError() {
    service.answer(request ->
        Flux.error(new ServiceUnavailableException("Stopping.", Duration.ofMillis(1500))));

    HttpResponse<String> response = api.post(ApiClient.COMPLETIONS, completion(""));

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("retry-after")).hasValue("2");
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
  }

  @Test
  void completion_severalPrompts_indexIsByPrompt() {
    List<String> events =
        api.events(
            ApiClient.COMPLETIONS,
            """
            {"model": "alpha", "stream": true, "n": 2, "prompt": [[65], [66, 67]],
             "stream_options": {"include_usage": true}}\
            """);

    assertThat(service.requests()).hasSize(4);
    assertThat(events.stream().filter(e -> e.contains("\"finish_reason\":\"stop\""))).hasSize(4);
    assertThat(events).anyMatch(e -> e.contains("\"index\":3,"));
    assertThat(events.get(events.size() - 2))
        .contains("\"choices\":[]")
        .contains("\"prompt_tokens\":3,\"completion_tokens\":12,");
  }

  private static String chat(String more) {
    return """
    {"model": "alpha", "stream": true, "messages": [{"role": "user", "content": "x"}]%s}\
    """
        .formatted(more);
  }

  private static String completion(String more) {
    return """
    {"model": "alpha", "stream": true, "prompt": "x"%s}\
    """
        .formatted(more);
  }
}
