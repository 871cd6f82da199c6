package io.chameleon.openai;

import io.chameleon.request.InferenceRequest;
import java.util.List;

/**
 * What one HTTP request asks the service to generate.
 *
 * @param id of the answer
 * @param createdSeconds when the request came, in seconds since 1970
 * @param model the model as the client spelled it
 * @param sequences the answers to the first prompt, then those to the second, and so on; the
 *     position is the {@code index} of the choice
 * @param promptTokens of all prompts, each counted once
 */
record Generation(
    String id,
    long createdSeconds,
    String model,
    List<InferenceRequest> sequences,
    long promptTokens,
    GenerationOptions options) {

  /** Whether the client has said by when it wants the first token. */
  boolean hasDeadline() {
    return sequences.stream().anyMatch(sequence -> sequence.terms().ttftDeadline() != null);
  }
}
