package io.chameleon.request;

/** Why a sequence ended; {@link #wireName()} is what OpenAI clients read. */
public enum FinishReason {
  /** An end-of-sequence token, a stop token or a stop string was reached. */
  STOP("stop"),
  /** The token limit of the request, or the context of the model, was reached. */
  LENGTH("length");

  private final String wireName;

  FinishReason(String wireName) {
    this.wireName = wireName;
  }

  /** The value of {@code finish_reason} in an answer. */
  public String wireName() {
    return wireName;
  }
}
