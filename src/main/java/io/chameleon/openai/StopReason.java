package io.chameleon.openai;

/** What the request named as a stop and the answer reached. */
sealed interface StopReason {

  /** One of {@code stop}. */
  record Text(String text) implements StopReason {}

  /** One of {@code stop_token_ids}. */
  record TokenId(int id) implements StopReason {}
}
