package io.chameleon.request;

import org.jspecify.annotations.Nullable;

/**
 * One sequence to generate: a prompt in tokens and how to go on from it.
 *
 * @param id unique within the service; for logs
 * @param adapter name of the adapter, or null for the base model
 * @param promptTokens at least one token id, each within the vocabulary; not copied, never changed
 * @param maxTokens most tokens to generate, at least 1; prompt + maxTokens fit the context
 * @param sampling how tokens are chosen
 * @param terms how it wants to be served beside others
 */
public record InferenceRequest(
    String id,
    @Nullable String adapter,
    int[] promptTokens,
    int maxTokens,
    SamplingParams sampling,
    ServiceTerms terms) {

  public InferenceRequest {
    if (promptTokens.length == 0) {
      throw new InvalidRequestException(
          "prompt", "the prompt has 0 tokens; it must have at least 1");
    }
    if (maxTokens < 1) {
      throw new InvalidRequestException(
          "max_tokens", "max_tokens is %d; it must be at least 1".formatted(maxTokens));
    }
  }

  /** A request on the ordinary terms. */
  public InferenceRequest(
      String id,
      @Nullable String adapter,
      int[] promptTokens,
      int maxTokens,
      SamplingParams sampling) {
    this(id, adapter, promptTokens, maxTokens, sampling, ServiceTerms.DEFAULT);
  }

  /** Cells of KV the whole sequence takes when it uses its limit: every token but the last. */
  public int maxCells() {
    return promptTokens.length + maxTokens;
  }
}
