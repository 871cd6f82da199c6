package io.chameleon.openai;

import io.chameleon.request.InvalidRequestException;
import io.chameleon.request.SamplingParams;
import io.chameleon.text.ChatMessage;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The body of {@code POST /v1/chat/completions}.
 *
 * @param model the base model or an adapter, as the client spells it
 * @param messages at least one
 */
record ChatCompletionRequest(String model, List<ChatMessage> messages, GenerationOptions options) {

  private static final int NO_LOGPROBS = -1;

  /**
   * Reads the body.
   *
   * @param vocabularySize token ids are below this
   * @param chance where a seed comes from when the request has none
   * @throws InvalidRequestException naming the field at fault
   */
  static ChatCompletionRequest read(
      RequestFields body, int vocabularySize, RandomGenerator chance) {
    return new ChatCompletionRequest(
        body.string("model"),
        ChatMessages.read(body),
        GenerationOptions.read(body, topLogprobs(body), vocabularySize, chance));
  }

  private static int topLogprobs(RequestFields body) {
    boolean wanted = body.bool("logprobs", false);
    Integer top = body.optionalInteger("top_logprobs", 0, SamplingParams.MAX_TOP_LOGPROBS);
    if (top != null && !wanted) {
      throw new InvalidRequestException(
          "top_logprobs",
          "top_logprobs is %d; it is only allowed when logprobs is true.".formatted(top));
    }
    if (!wanted) {
      return NO_LOGPROBS;
    }
    return top == null ? 0 : top;
  }
}
