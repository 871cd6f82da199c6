package io.chameleon.openai;

import io.chameleon.request.InvalidRequestException;
import io.chameleon.request.SamplingParams;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * The body of {@code POST /v1/completions}.
 *
 * @param model the base model or an adapter, as the client spells it
 * @param prompts 1 to {@value #MAX_PROMPTS}
 */
record CompletionRequest(String model, List<Prompt> prompts, GenerationOptions options) {

  /** The OpenAI API's own limit. */
  static final int MAX_PROMPTS = 2048;

  private static final int NO_LOGPROBS = -1;

  private static final String WANTED =
      "a string, an array of strings, an array of token ids or an array of those; none empty";

  /**
   * Reads the body.
   *
   * @param vocabularySize token ids are below this
   * @param chance where a seed comes from when the request has none
   * @throws InvalidRequestException naming the field at fault
   */
  static CompletionRequest read(RequestFields body, int vocabularySize, RandomGenerator chance) {
    int logprobs = body.integer("logprobs", 0, SamplingParams.MAX_TOP_LOGPROBS, NO_LOGPROBS);
    return new CompletionRequest(
        body.string("model"),
        prompts(body.required("prompt", WANTED), vocabularySize),
        GenerationOptions.read(body, logprobs, vocabularySize, chance));
  }

  private static List<Prompt> prompts(JsonNode node, int vocabularySize) {
    if (node.isString()) {
      return List.of(text(node, "prompt"));
    }
    if (!(node instanceof ArrayNode array) || array.isEmpty()) {
      throw JsonValues.wrong(node, "prompt", WANTED);
    }
    if (array.get(0).isNumber()) {
      return List.of(tokens(array, "prompt", vocabularySize));
    }
    if (array.size() > MAX_PROMPTS) {
      throw new InvalidRequestException(
          "prompt",
          "prompt has %d elements; it must have at most %d.".formatted(array.size(), MAX_PROMPTS));
    }
    List<Prompt> prompts = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      prompts.add(element(array.get(i), "prompt[%d]".formatted(i), vocabularySize));
    }
    return prompts;
  }

  private static Prompt element(JsonNode node, String path, int vocabularySize) {
    if (node.isString()) {
      return text(node, path);
    }
    if (node instanceof ArrayNode array && !array.isEmpty()) {
      return tokens(array, path, vocabularySize);
    }
    throw JsonValues.wrong(node, path, "a string or an array of token ids, not empty");
  }

  private static Prompt text(JsonNode node, String path) {
    String text = JsonValues.string(node, path);
    if (text.isEmpty()) {
      throw JsonValues.wrong(node, path, "at least one character");
    }
    return new Prompt.Text(text);
  }

  private static Prompt tokens(ArrayNode array, String path, int vocabularySize) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      String element = "%s[%d]".formatted(path, i);
      ids[i] = JsonValues.integer(array.get(i), element, 0, vocabularySize - 1);
    }
    return new Prompt.Tokens(ids);
  }
}
