package io.chameleon.openai;

/**
 * Tokens of one answer.
 *
 * @param promptTokens of all prompts, each counted once
 * @param completionTokens of all choices, the tokens that ended them included
 */
record Usage(long promptTokens, long completionTokens) {

  /** The same prompts with more generated. */
  Usage plus(int tokens) {
    return new Usage(promptTokens, completionTokens + tokens);
  }
}
