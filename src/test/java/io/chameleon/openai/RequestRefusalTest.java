package io.chameleon.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.chameleon.fixtures.FakeServedModels;
import io.chameleon.fixtures.FakeTextCodec;
import io.chameleon.request.InvalidRequestException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which bodies mean nothing, and what is said of them. */
class RequestRefusalTest {

  private static final char QUOTE = '\'';

  private final GenerationPlanner planner =
      new GenerationPlanner(
          new FakeServedModels(),
          new FakeTextCodec(),
          InstantSource.fixed(Instant.EPOCH),
          new Random(7));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = QUOTE,
      value = {
        "tools | [] | [{}]",
        "tool_choice | \"auto\" | \"required\"",
        "tool_choice | \"none\" | {\"type\": \"function\"}",
        "functions | [] | [{\"name\": \"f\"}]",
        "function_call | \"auto\" | {\"name\": \"f\"}",
        "response_format | {\"type\": \"text\"} | {\"type\": \"json_object\"}",
        "structured_outputs | {} | {\"regex\": \"a\"}",
        "modalities | [\"text\"] | [\"text\", \"audio\"]",
        "audio | null | {\"voice\": \"x\"}",
        "bad_words | [] | [\"x\"]",
        "allowed_token_ids | [] | [1]",
        "best_of | 1 | 2",
        "echo | false | true",
        "suffix | \"\" | \"x\"",
        "prompt_logprobs | null | 0",
        "add_generation_prompt | true | false",
        "continue_final_message | false | true",
        "chat_template | null | \"x\"",
        "chat_template_kwargs | {} | {\"a\": 1}",
        "truncate_prompt_tokens | null | 5",
        "skip_special_tokens | true | false",
        "return_token_ids | false | true",
        "stream_interval | 1 | 2",
      })
  void chat_unsupportedField_isRefusedUnlessNeutral(String field, String neutral, String other) {
    assertThat(chat(", \"%s\": %s".formatted(field, neutral)).sequences()).hasSize(1);

    for (String refused : new String[] {other, "\"nonsense\"", "1e400"}) {
      InvalidRequestException refusal = refusal(", \"%s\": %s".formatted(field, refused));
      assertThat(refusal.param()).isEqualTo(field);
      assertThat(refusal).hasMessageMatching("\\Q%s\\E is .+; this service .+".formatted(field));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = QUOTE,
      value = {
        "\"temperature\": \"1\" | temperature | temperature is \"1\"; it must be a finite number.",
        "\"temperature\": 2.1 | temperature | temperature is 2.1; it must be 0 to 2",
        "\"temperature\": 1e400 | temperature | temperature is Infinity; it must be a finite"
            + " number.",
        "\"temperature\": true | temperature | temperature is true; it must be a finite number.",
        "\"priority\": 1.0 | priority | priority is 1.0; it must be an integer from -2147483648 to"
            + " 2147483647.",
        "\"priority\": 2147483648 | priority | priority is 2147483648; it must be an integer from"
            + " -2147483648 to 2147483647.",
        "\"top_p\": 0 | top_p | top_p is 0.0; it must be over 0, at most 1",
        "\"top_k\": 1.0 | top_k | top_k is 1.0; it must be an integer from -1 to 2147483647.",
        "\"top_k\": -2 | top_k | top_k is -2; it must be an integer from -1 to 2147483647.",
        "\"min_p\": -0.1 | min_p | min_p is -0.1; it must be 0 to 1",
        "\"presence_penalty\": 3 | presence_penalty | presence_penalty is 3.0; it must be -2 to 2",
        "\"repetition_penalty\": 0 | repetition_penalty |"
            + " repetition_penalty is 0.0; it must be over 0 and finite",
        "\"max_tokens\": \"5\" | max_tokens |"
            + " max_tokens is \"5\"; it must be an integer from 1 to 2147483647.",
        "\"max_tokens\": 0 | max_tokens |"
            + " max_tokens is 0; it must be an integer from 1 to 2147483647.",
        "\"max_tokens\": 2147483648 | max_tokens |"
            + " max_tokens is 2147483648; it must be an integer from 1 to 2147483647.",
        "\"max_completion_tokens\": 99999999999999999999 | max_completion_tokens |"
            + " max_completion_tokens is 99999999999999999999; it must be an integer from 1 to"
            + " 2147483647.",
        "\"seed\": 9223372036854775808 | seed |"
            + " seed is 9223372036854775808; it must be an integer of 64 bits.",
        "\"n\": 129 | n | n is 129; it must be an integer from 1 to 128.",
        "\"stream\": 1 | stream | stream is 1; it must be true or false.",
        "\"stream_options\": {} | stream_options |"
            + " stream_options is set; it is only allowed when stream is true.",
        "\"stream\": true, \"stream_options\": [] | stream_options |"
            + " stream_options is []; it must be an object.",
        "\"stream\": true, \"stream_options\": {\"include_usage\": \"yes\"} |"
            + " stream_options.include_usage |"
            + " stream_options.include_usage is \"yes\"; it must be true or false.",
        "\"stop\": 1 | stop | stop is 1; it must be a string or an array of at most 4 strings.",
        "\"stop\": [\"a\", 1] | stop[1] | stop[1] is 1; it must be a string.",
        "\"stop\": \"\" | stop | stop is \"\"; it must be at least one character.",
        "\"stop\": [\"a\",\"b\",\"c\",\"d\",\"e\"] | stop |"
            + " stop is an array; it must be a string or an array of at most 4 strings.",
        "\"stop_token_ids\": [300] | stop_token_ids[0] |"
            + " stop_token_ids[0] is 300; it must be an integer from 0 to 299.",
        "\"min_tokens\": 3, \"max_tokens\": 2 | min_tokens |"
            + " min_tokens is 3; it must be at most the 2 tokens that may be generated.",
        "\"logprobs\": 1 | logprobs | logprobs is 1; it must be true or false.",
        "\"top_logprobs\": 1 | top_logprobs |"
            + " top_logprobs is 1; it is only allowed when logprobs is true.",
        "\"logprobs\": true, \"top_logprobs\": 21 | top_logprobs |"
            + " top_logprobs is 21; it must be an integer from 0 to 20.",
        "\"logit_bias\": {\"300\": 1} | logit_bias |"
            + " logit_bias has the key `300`; keys must be token ids from 0 to 299.",
        "\"logit_bias\": {\"07\": 1} | logit_bias |"
            + " logit_bias has the key `07`; keys must be token ids from 0 to 299.",
        "\"logit_bias\": {\"7\": 101} | logit_bias.7 |"
            + " logit_bias.7 is 101; it must be a number from -100 to 100.",
        "\"logit_bias\": {\"7\": \"1\"} | logit_bias.7 |"
            + " logit_bias.7 is \"1\"; it must be a finite number.",
        "\"stop\": \"\\ud800\" | stop |"
            + " stop has an unpaired surrogate; it must be valid Unicode text.",
      })
  void chat_badValue_isRefusedByName(String fields, String param, String message) {
    InvalidRequestException refusal = refusal(", " + fields);

    assertThat(refusal.param()).isEqualTo(param);
    assertThat(refusal).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = QUOTE,
      value = {
        "null | messages |" + " messages is missing; it must be an array of at least one message.",
        "[] | messages | messages is []; it must be an array of at least one message.",
        "[1] | messages[0] | messages[0] is 1; it must be an object.",
        "[{\"content\": \"x\"}] | messages[0].role |"
            + " messages[0].role is missing; it must be a string.",
        "[{\"role\": \"function\", \"content\": \"x\"}] | messages[0].role |"
            + " messages[0].role is `function`; it must be system, developer, user, assistant or"
            + " tool.",
        "[{\"role\": \"user\"}] | messages[0].content |"
            + " messages[0].content is missing; it must be a string or an array of text parts.",
        "[{\"role\": \"user\", \"content\": 5}] | messages[0].content |"
            + " messages[0].content is 5; it must be a string or an array of text parts.",
        "[{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"a\"},"
            + " {\"type\": \"image_url\"}]}] | messages[0].content[1].type |"
            + " messages[0].content[1].type is `image_url`; this service supports only `text`.",
        "[{\"role\": \"user\", \"content\": [{\"type\": \"text\"}]}] |"
            + " messages[0].content[0].text |"
            + " messages[0].content[0].text is missing; it must be a string.",
        "[{\"role\": \"assistant\", \"content\": null, \"tool_calls\": [{}]}] |"
            + " messages[0].tool_calls |"
            + " messages[0].tool_calls is set; this service does not support tool calls.",
      })
  void chat_badMessages_areRefusedByPath(String messages, String param, String message) {
    InvalidRequestException refusal =
        refusalOf(planner::chat, "{\"model\": \"base\", \"messages\": %s}".formatted(messages));

    assertThat(refusal.param()).isEqualTo(param);
    assertThat(refusal).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = QUOTE,
      value = {
        "{\"model\": \"base\" | The body is not valid JSON: ",
        "{\"model\": \"base\"} x | The body is not valid JSON: ",
        "{\"model\": \"base\"} {} | The body is not valid JSON: ",
        "{\"model\": \"base\", \"model\": \"base\"} | The body is not valid JSON: Duplicate",
        "{\"model\": NaN} | The body is not valid JSON: ",
        "{\"model\": Infinity} | The body is not valid JSON: ",
        "{model: 1} | The body is not valid JSON: ",
        "[] | The body is []; it must be a JSON object.",
        "5 | The body is 5; it must be a JSON object.",
        "null | The body is null; it must be a JSON object.",
        "'' | The body is empty; it must be a JSON object.",
        "' ' | The body is empty; it must be a JSON object.",
        "{} | model is missing; it must be a string.",
        "{\"model\": 5} | model is 5; it must be a string.",
      })
  void chat_notAnObjectOfJson_isRefused(String body, String message) {
    assertThat(refusalOf(planner::chat, body)).hasMessageStartingWith(message);
  }

  @Test
  void chat_deepNesting_isRefusedWithoutNamesOfTheParser() {
    String deep = "{\"model\": \"base\", \"x\": %s1%s}".formatted("[".repeat(64), "]".repeat(64));

    InvalidRequestException refusal = refusalOf(planner::chat, deep);

    assertThat(refusal)
        .hasMessageContaining("nesting depth")
        .hasMessageNotContaining("StreamReadConstraints");
  }

  @Test
  void chat_numberOfAThousandDigits_isRefused() {
    assertThat(refusal(", \"seed\": " + "9".repeat(1001)))
        .hasMessageNotContaining("StreamReadConstraints");
  }

  @Test
  void chat_promptFillsTheContext_isRefusedWithBothNumbers() {
    InvalidRequestException refusal =
        refusalOf(planner::chat, message("x".repeat(FakeServedModels.CONTEXT - 7), ""));

    assertThat(refusal.code()).isEqualTo("context_length_exceeded");
    assertThat(refusal.param()).isEqualTo("messages");
    assertThat(refusal)
        .hasMessage(
            "This model's context is 4096 tokens, but the prompt has 4096, which leaves none to"
                + " generate.");
  }

  @Test
  void chat_limitOverTheContext_isRefusedWithAllNumbers() {
    InvalidRequestException refusal = refusal(", \"max_completion_tokens\": 4088");

    assertThat(refusal.code()).isEqualTo("context_length_exceeded");
    assertThat(refusal.param()).isEqualTo("max_completion_tokens");
    assertThat(refusal)
        .hasMessage(
            "This model's context is 4096 tokens, but the prompt has 9 and max_completion_tokens is"
                + " 4088; at most 4087 fit.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = QUOTE,
      value = {
        "null | prompt",
        "5 | prompt",
        "{} | prompt",
        "[] | prompt",
        "\"\" | prompt",
        "[\"a\", 5] | prompt[1]",
        "[[1], []] | prompt[1]",
        "[\"\"] | prompt[0]",
        "[1, \"a\"] | prompt[1]",
        "[1, 300] | prompt[1]",
        "[-1] | prompt[0]",
        "[1.0] | prompt[0]",
        "[[1, 2147483648]] | prompt[0][1]",
        "[null] | prompt[0]",
      })
  void completion_badPrompt_isRefusedByPath(String prompt, String param) {
    String body = "{\"model\": \"base\", \"prompt\": %s}".formatted(prompt);

    assertThat(refusalOf(planner::completion, body).param()).isEqualTo(param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = QUOTE,
      value = {
        "\"logprobs\": true | logprobs",
        "\"logprobs\": 21 | logprobs",
        "\"logprobs\": -1 | logprobs",
        "\"max_tokens\": 1e1 | max_tokens",
      })
  void completion_badValue_isRefusedByName(String fields, String param) {
    String body = "{\"model\": \"base\", \"prompt\": \"x\", %s}".formatted(fields);

    assertThat(refusalOf(planner::completion, body).param()).isEqualTo(param);
  }

  @Test
  void completion_tooManyPrompts_isRefused() {
    String body = "{\"model\": \"base\", \"prompt\": [%s\"x\"]}".formatted("\"x\",".repeat(2048));

    assertThat(refusalOf(planner::completion, body))
        .hasMessage("prompt has 2049 elements; it must have at most 2048.");
  }

  @Test
  void completion_tooManyAnswers_isRefused() {
    String body =
        "{\"model\": \"base\", \"n\": 128, \"prompt\": [%s\"x\"]}".formatted("\"x\",".repeat(16));

    assertThat(refusalOf(planner::completion, body))
        .hasMessage(
            "n is 128 and there are 17 prompts, which makes 2176 answers; there may be at most"
                + " 2048.");
  }

  private Generation chat(String more) {
    return planner.chat(message("hi", more).getBytes(UTF_8), Caller.ANYBODY);
  }

  private InvalidRequestException refusal(String more) {
    return refusalOf(planner::chat, message("hi", more));
  }

  private static InvalidRequestException refusalOf(Answers.Plan plan, String body) {
    InvalidRequestException refusal =
        catchThrowableOfType(
            InvalidRequestException.class, () -> plan.of(body.getBytes(UTF_8), Caller.ANYBODY));
    assertThat(refusal).as("refusal of %.200s", body).isNotNull();
    return refusal;
  }

  private static String message(String content, String more) {
    return """
    {"model": "base", "messages": [{"role": "user", "content": "%s"}]%s}\
    """
        .formatted(content, more);
  }
}
