package io.chameleon.scheduling;

import io.chameleon.engine.sampling.TokenSampler;
import io.chameleon.request.InferenceRequest;
import java.util.Set;

/** Makes the sampler of a sequence when it first starts to run. */
@FunctionalInterface
public interface SamplerFactory {

  /**
   * Makes a sampler that has drawn nothing yet.
   *
   * @param request its parameters and prompt
   * @param endTokens tokens that end the sequence, so none of them may be drawn before {@code
   *     minTokens}
   */
  TokenSampler create(InferenceRequest request, Set<Integer> endTokens);
}
