package io.chameleon.bench;

/**
 * What every request of a load asks for.
 *
 * @param promptTokens tokens of its prompt
 * @param outputTokens tokens of its answer, which never ends sooner
 */
record Workload(int promptTokens, int outputTokens) {

  Workload {
    if (promptTokens < 1 || outputTokens < 1) {
      throw new IllegalArgumentException(
          "a prompt of %d and an answer of %d tokens; both must be over 0"
              .formatted(promptTokens, outputTokens));
    }
  }

  /** Cells that the KV of one request takes in the end. */
  int cells() {
    return promptTokens + outputTokens;
  }
}
