package io.chameleon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.FakeInferenceService;
import io.chameleon.fixtures.FakeTextCodec;
import io.chameleon.request.FinishReason;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.RequestTiming;
import io.chameleon.request.TokenEvent;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Answers that are sent at once, byte for byte. */
class WholeAnswerIT extends RunningServer {

  @Test
  void chat_plain_isTheGoldenAnswer() {
    service.answer("Hi 😀");

    HttpResponse<String> response =
        api.post(
            ApiClient.CHAT,
            """
            {"model": "alpha", "messages": [{"role": "user", "content": "say hi"}]}\
            """);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(ApiClient.masked(response.body()))
        .isEqualTo(
            """
            {"id":"chatcmpl-ID","object":"chat.completion","created":1789000123,"model":"alpha",\
            "choices":[{"index":0,"message":{"role":"assistant","content":"Hi 😀",\
            "refusal":null},\
            "logprobs":null,"finish_reason":"stop","stop_reason":null}],\
            "usage":{"prompt_tokens":13,"completion_tokens":8,"total_tokens":21,\
            "prompt_tokens_details":{"cached_tokens":0}},"system_fingerprint":null}\
            """);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
  }

  @Test
  void chat_adapter_serverTimingNamesItsSource() {
    HttpResponse<String> response = api.post(ApiClient.CHAT, chat("alpha", ""));

    assertThat(response.headers().firstValue("server-timing"))
        .hasValue("queue;dur=1.5, adapter;desc=host;dur=2.0, prefill;dur=30.0, decode;dur=40.0");
  }

  @Test
  void chat_base_serverTimingHasNoSource() {
    HttpResponse<String> response = api.post(ApiClient.CHAT, chat("base", ""));

    assertThat(response.headers().firstValue("server-timing"))
        .hasValue("queue;dur=1.5, adapter;dur=0.0, prefill;dur=30.0, decode;dur=40.0");
  }

  @Test
  void chat_adapterBehindTheBase_isFoundAndEchoedAsAsked() {
    HttpResponse<String> response = api.post(ApiClient.CHAT, chat("base:alpha", ""));

    assertThat(response.body()).contains("\"model\":\"base:alpha\"");
    assertThat(service.request().adapter()).isEqualTo("alpha");
  }

  @Test
  void chat_logprobs_isTheGoldenAnswer() {
    service.answer("é");

    HttpResponse<String> response =
        api.post(ApiClient.CHAT, chat("base", ", \"logprobs\": true, \"top_logprobs\": 2"));

    assertThat(response.body())
        .contains(
            """
            "logprobs":{"content":[\
            {"token":"�","logprob":-0.5,"bytes":[195],"top_logprobs":[\
            {"token":"�","logprob":-0.5,"bytes":[195]},\
            {"token":"�","logprob":-1.5,"bytes":[196]}]},\
            {"token":"�","logprob":-0.5,"bytes":[169],"top_logprobs":[\
            {"token":"�","logprob":-0.5,"bytes":[169]},\
            {"token":"�","logprob":-1.5,"bytes":[170]}]}\
            ],"refusal":null},"finish_reason":"stop\"\
            """);
  }

  @Test
  void chat_impossibleToken_hasTheFloorForALogprob() {
    service.answer(request ->
        Flux.just(
            new TokenEvent.Token('x', Float.NEGATIVE_INFINITY, List.of()),
            finished(FinishReason.LENGTH, null)));

    HttpResponse<String> response = api.post(ApiClient.CHAT, chat("base", ", \"logprobs\": true"));

    assertThat(response.body()).contains("\"logprob\":-9999.0,");
  }

  @Test
  void chat_limitReached_finishesWithLength() {
    service.answer("abcdef");

    HttpResponse<String> response = api.post(ApiClient.CHAT, chat("base", ", \"max_tokens\": 3"));

    assertThat(response.body())
        .contains("\"content\":\"abc\"")
        .contains("\"finish_reason\":\"length\",\"stop_reason\":null")
        .contains("\"prompt_tokens\":8,\"completion_tokens\":3,\"total_tokens\":11");
  }

  @Test
  void chat_stopString_endsBeforeItAndCancels() {
    service.answer("one two three");

    HttpResponse<String> response = api.post(ApiClient.CHAT, chat("base", ", \"stop\": [\"wo\"]"));

    assertThat(response.body())
        .contains("\"content\":\"one t\"")
        .contains("\"finish_reason\":\"stop\",\"stop_reason\":\"wo\"")
        .contains("\"completion_tokens\":7");
    assertThat(response.headers().firstValue("server-timing").orElseThrow())
        .startsWith("queue;dur=1.5, adapter;dur=0.0, prefill;dur=30.0, decode;dur=");
    assertThat(service.cancelled()).isEqualTo(1);
  }

  @Test
  void chat_stopStringIncluded_endsWithIt() {
    service.answer("one two three");

    HttpResponse<String> response =
        api.post(
            ApiClient.CHAT,
            chat("base", ", \"stop\": \"wo\", \"include_stop_str_in_output\": true"));

    assertThat(response.body()).contains("\"content\":\"one two\"");
  }

  @Test
  void chat_stopStringBeforeMinTokens_isPassedOver() {
    service.answer("a.b.c");

    HttpResponse<String> response =
        api.post(ApiClient.CHAT, chat("base", ", \"stop\": \".\", \"min_tokens\": 2"));

    assertThat(response.body()).contains("\"content\":\"a.b\"");
  }

  @Test
  void chat_stopTokenOfTheRequest_isTheStopReason() {
    service.answer(request ->
        Flux.just(FakeInferenceService.token(request, 'x', true), finished(FinishReason.STOP, 46)));

    HttpResponse<String> response =
        api.post(ApiClient.CHAT, chat("base", ", \"stop_token_ids\": [46]"));

    assertThat(response.body())
        .contains("\"content\":\"x\"")
        .contains("\"finish_reason\":\"stop\",\"stop_reason\":46")
        .contains("\"completion_tokens\":2");
  }

  @Test
  void chat_severalChoices_eachHasItsSeedAndIndex() {
    service.answer(
        request -> FakeInferenceService.says(request, "seed " + request.sampling().seed()));

    HttpResponse<String> response =
        api.post(ApiClient.CHAT, chat("base", ", \"n\": 3, \"seed\": 41"));

    assertThat(response.body())
        .contains("{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"seed 41\"")
        .contains("{\"index\":1,\"message\":{\"role\":\"assistant\",\"content\":\"seed 42\"")
        .contains("{\"index\":2,\"message\":{\"role\":\"assistant\",\"content\":\"seed 43\"")
        .contains("\"prompt_tokens\":8,\"completion_tokens\":24,");
  }

  @Test
  void chat_textCutInsideACharacter_endsWithAReplacement() {
    service.answer(request ->
        Flux.just(
            FakeInferenceService.token(request, 0xC3, true), finished(FinishReason.LENGTH, null)));

    assertThat(api.post(ApiClient.CHAT, chat("base", "")).body()).contains("\"content\":\"�\"");
  }

  @Test
  void completion_plain_isTheGoldenAnswer() {
    service.answer(" there");

    HttpResponse<String> response =
        api.post(ApiClient.COMPLETIONS, "{\"model\": \"base\", \"prompt\": \"Hello\"}");

    assertThat(ApiClient.masked(response.body()))
        .isEqualTo(
            """
            {"id":"cmpl-ID","object":"text_completion","created":1789000123,"model":"base",\
            "choices":[{"index":0,"text":" there","logprobs":null,"finish_reason":"stop",\
            "stop_reason":null}],"usage":{"prompt_tokens":5,"completion_tokens":7,\
            "total_tokens":12,"prompt_tokens_details":{"cached_tokens":0}},\
            "system_fingerprint":null}\
            """);
  }

  @Test
  void completion_logprobs_areArraysSideBySide() {
    service.answer("aéb");

    HttpResponse<String> response =
        api.post(
            ApiClient.COMPLETIONS, "{\"model\": \"base\", \"prompt\": \"x\", \"logprobs\": 2}");

    assertThat(response.body())
        .contains(
            """
            "logprobs":{"tokens":["a","�","�","b"],"token_logprobs":[-0.5,-0.5,-0.5,-0.5],\
            "top_logprobs":[{"a":-0.5,"b":-1.5},{"�":-0.5},{"�":-0.5},{"b":-0.5,"c":-1.5}],\
            "text_offset":[0,1,1,2]}\
            """);
  }

  @Test
  void completion_severalPrompts_indexAndUsageAreByPrompt() {
    service.answer(request ->
        FakeInferenceService.says(request, FakeTextCodec.text(request.promptTokens()) + "!"));

    HttpResponse<String> response =
        api.post(
            ApiClient.COMPLETIONS, "{\"model\": \"base\", \"prompt\": [\"a\", \"bc\"], \"n\": 2}");

    assertThat(response.body())
        .contains("{\"index\":0,\"text\":\"a!\"")
        .contains("{\"index\":1,\"text\":\"a!\"")
        .contains("{\"index\":2,\"text\":\"bc!\"")
        .contains("{\"index\":3,\"text\":\"bc!\"")
        .contains("\"prompt_tokens\":3,\"completion_tokens\":14,\"total_tokens\":17");
  }

  @Test
  void completion_tokenIds_areThePrompt() {
    api.post(ApiClient.COMPLETIONS, "{\"model\": \"base\", \"prompt\": [72, 105]}");

    InferenceRequest request = service.request();
    assertThat(request.promptTokens()).containsExactly(72, 105);
    assertThat(request.maxTokens()).isEqualTo(16);
  }

  private static TokenEvent.Finished finished(FinishReason reason, @Nullable Integer stopToken) {
    RequestTiming timing =
        new RequestTiming(Duration.ZERO, Duration.ZERO, null, Duration.ZERO, Duration.ZERO);
    return new TokenEvent.Finished(reason, stopToken, timing);
  }

  private static String chat(String model, String more) {
    return """
    {"model": "%s", "messages": [{"role": "user", "content": "x"}]%s}\
    """
        .formatted(model, more);
  }
}
