package io.chameleon.workload;

/**
 * How long a request is.
 *
 * @param inputTokens tokens of its prompt, at least 1
 * @param outputTokens tokens that it generates until it ends, at least 1
 * @param maxTokens tokens that its client allows it to generate, at least {@code outputTokens}
 */
public record RequestLengths(int inputTokens, int outputTokens, int maxTokens) {

  public RequestLengths {
    check(inputTokens, outputTokens, maxTokens);
  }

  /** Lengths whose client allows what is generated and no more. */
  public RequestLengths(int inputTokens, int outputTokens) {
    this(inputTokens, outputTokens, outputTokens);
  }

  static void check(int inputTokens, int outputTokens, int maxTokens) {
    if (inputTokens < 1 || outputTokens < 1 || maxTokens < outputTokens) {
      throw new IllegalArgumentException(
          "a request has %d input, %d output and at most %d tokens; they must be at least 1, 1"
                  .formatted(inputTokens, outputTokens, maxTokens)
              + " and the output");
    }
  }

  /** Input and output: the KV cells that the request takes in the end. */
  public long totalTokens() {
    return (long) inputTokens + outputTokens;
  }

  RequestLengths allowing(int tokens) {
    return new RequestLengths(inputTokens, outputTokens, Math.max(tokens, outputTokens));
  }
}
