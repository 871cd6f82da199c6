package io.chameleon.openai;

/** One prompt of {@code POST /v1/completions}. */
sealed interface Prompt {

  /** A text, not empty. */
  record Text(String text) implements Prompt {}

  /** Token ids of the vocabulary, at least one; never changed. */
  @SuppressWarnings("ArrayRecordComponent")
  record Tokens(int[] ids) implements Prompt {}
}
