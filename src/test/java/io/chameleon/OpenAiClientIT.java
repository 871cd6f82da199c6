package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.models.Model;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the service answers, read by the official client, which is strict about types. */
class OpenAiClientIT extends RunningService {

  private OpenAIClient openai;

  @BeforeEach
  void openOpenAi() {
    openai =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://localhost:" + port + "/v1")
            .apiKey("none")
            .maxRetries(0)
            .build();
  }

  @AfterEach
  void closeOpenAi() {
    openai.close();
  }

  @Test
  void chat_whole_givesTheGoldenText() {
    GoldenChat golden = GoldenChat.of("sql", codec);

    ChatCompletion answer = openai.chat().completions().create(params(golden).build()).validate();

    ChatCompletion.Choice choice = answer.choices().getFirst();
    assertThat(choice.message().content()).hasValue(golden.text());
    assertThat(choice.finishReason().asString()).isEqualTo(golden.finishReason());
    assertThat(answer.model()).isEqualTo("sql");
    assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(golden.promptTokens());
  }

  @Test
  void chat_streamed_accumulatesToTheGoldenText() {
    GoldenChat golden = GoldenChat.of("math", codec);
    ChatCompletionCreateParams params =
        params(golden)
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .logprobs(true)
            .topLogprobs(2)
            .build();

    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> chunks =
        openai.chat().completions().createStreaming(params)) {
      chunks.stream().map(ChatCompletionChunk::validate).forEach(accumulator::accumulate);
    }

    ChatCompletion answer = accumulator.chatCompletion().validate();
    assertThat(answer.choices().getFirst().message().content()).hasValue(golden.text());
    assertThat(answer.usage().orElseThrow().completionTokens())
        .isEqualTo(golden.completionTokens());
  }

  @Test
  void models_listed_areTheBaseAndTheAdapters() {
    List<Model> models = openai.models().list().data();

    assertThat(models)
        .hasSize(27)
        .allSatisfy(Model::validate)
        .extracting(Model::id)
        .contains("chameleon-demo", "sql");
    assertThat(openai.models().retrieve("sql").validate().ownedBy()).isEqualTo("chameleon");
  }

  @Test
  void errors_areTyped() {
    GoldenChat golden = GoldenChat.of("sql", codec);
    ChatCompletionCreateParams unknown = params(golden).model("nope").build();
    ChatCompletionCreateParams tooHot = params(golden).temperature(9).build();

    assertThatThrownBy(() -> openai.chat().completions().create(unknown))
        .isInstanceOfSatisfying(
            NotFoundException.class, e -> assertError(e, "model", "model_not_found"));
    assertThatThrownBy(() -> openai.chat().completions().createStreaming(tooHot))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.param()).hasValue("temperature"));
  }

  private static void assertError(OpenAIServiceException error, String param, String code) {
    assertThat(error.param()).hasValue(param);
    assertThat(error.code()).hasValue(code);
    assertThat(error.type()).hasValue("invalid_request_error");
  }

  private static ChatCompletionCreateParams.Builder params(GoldenChat golden) {
    ChatCompletionCreateParams.Builder params =
        ChatCompletionCreateParams.builder()
            .model(golden.model())
            .temperature(0)
            .maxCompletionTokens(GoldenChat.MAX_TOKENS);
    for (JsonNode message : golden.messages()) {
      String content = message.get("content").asString();
      switch (message.get("role").asString()) {
        case "system" -> params.addSystemMessage(content);
        case "assistant" -> params.addAssistantMessage(content);
        default -> params.addUserMessage(content);
      }
    }
    return params;
  }
}
