package io.chameleon.engine;

import io.chameleon.engine.sampling.SamplingException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a step gave.
 *
 * @param tokens one for each sequence of the batch, in its order; null where no sampler was given,
 *     or it failed
 * @param failures the sequences, by their place in the batch, from whose logits no token could be
 *     chosen; all others are as good as in any step
 * @param isAhead whether the step began before it was asked for, right behind the one before it
 */
public record StepResult(
    List<@Nullable SampledToken> tokens,
    Map<Integer, SamplingException> failures,
    boolean isAhead) {

  /** A step that began when it was asked for. */
  public StepResult(List<@Nullable SampledToken> tokens, Map<Integer, SamplingException> failures) {
    this(tokens, failures, false);
  }

  /** A step in which every sampler chose. */
  public StepResult(List<@Nullable SampledToken> tokens) {
    this(tokens, Map.of());
  }
}
