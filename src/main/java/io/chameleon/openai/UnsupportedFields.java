package io.chameleon.openai;

import io.chameleon.request.InvalidRequestException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * The fields that clients know and this service does not honour. Each is refused, and never
 * silently dropped, unless it is absent or has a value that leaves the answer as it is.
 */
final class UnsupportedFields {

  /**
   * One such field.
   *
   * @param neutral whether a value leaves the answer as it is
   * @param supported these values, for the message
   */
  private record Rule(String field, Predicate<JsonNode> neutral, String supported) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule("tools", UnsupportedFields::isEmptyArray, "[]"),
          new Rule("tool_choice", isOneOf("none", "auto"), "\"none\" or \"auto\""),
          new Rule("functions", UnsupportedFields::isEmptyArray, "[]"),
          new Rule("function_call", isOneOf("none", "auto"), "\"none\" or \"auto\""),
          new Rule("response_format", UnsupportedFields::isTextFormat, "{\"type\": \"text\"}"),
          new Rule("structured_outputs", UnsupportedFields::isEmptyObject, "{}"),
          new Rule("modalities", UnsupportedFields::isTextOnly, "[\"text\"]"),
          new Rule("audio", UnsupportedFields::isNever, "null"),
          new Rule("bad_words", UnsupportedFields::isEmptyArray, "[]"),
          new Rule("allowed_token_ids", UnsupportedFields::isEmptyArray, "[]"),
          new Rule("best_of", is(1), "1"),
          new Rule("echo", is(false), "false"),
          new Rule("suffix", isOneOf(""), "\"\""),
          new Rule("prompt_logprobs", UnsupportedFields::isNever, "null"),
          new Rule("add_generation_prompt", is(true), "true"),
          new Rule("continue_final_message", is(false), "false"),
          new Rule("chat_template", UnsupportedFields::isNever, "null"),
          new Rule("chat_template_kwargs", UnsupportedFields::isEmptyObject, "{}"),
          new Rule("truncate_prompt_tokens", UnsupportedFields::isNever, "null"),
          new Rule("skip_special_tokens", is(true), "true"),
          new Rule("return_token_ids", is(false), "false"),
          new Rule("stream_interval", is(1), "1"));

  private UnsupportedFields() {}

  /**
   * Refuses a body that asks for what is not supported.
   *
   * @throws InvalidRequestException naming the first such field
   */
  static void refuse(RequestFields body) {
    for (Rule rule : RULES) {
      JsonNode value = body.optional(rule.field());
      if (value != null && !rule.neutral().test(value)) {
        throw new InvalidRequestException(
            rule.field(),
            "%s is %s; this service supports only %s."
                .formatted(rule.field(), JsonValues.show(value), rule.supported()));
      }
    }
  }

  private static boolean isNever(JsonNode value) {
    return false;
  }

  private static boolean isEmptyArray(JsonNode value) {
    return value.isArray() && value.isEmpty();
  }

  private static boolean isEmptyObject(JsonNode value) {
    return value.isObject() && value.isEmpty();
  }

  private static boolean isTextFormat(JsonNode value) {
    return value.isObject() && isOneOf("text").test(value.path("type"));
  }

  private static boolean isTextOnly(JsonNode value) {
    return value.isArray() && value.size() == 1 && isOneOf("text").test(value.path(0));
  }

  private static Predicate<JsonNode> isOneOf(String... texts) {
    Set<String> neutral = Set.of(texts);
    return value -> value.isString() && neutral.contains(value.stringValue());
  }

  private static Predicate<JsonNode> is(boolean neutral) {
    return value -> value.isBoolean() && value.booleanValue() == neutral;
  }

  private static Predicate<JsonNode> is(int neutral) {
    return value -> value.isInt() && value.intValue() == neutral;
  }
}
