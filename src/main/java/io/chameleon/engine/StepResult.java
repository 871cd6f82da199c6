package io.chameleon.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step gave.
 *
 * @param tokens one for each sequence of the batch, in its order; null where no sampler was given
 */
public record StepResult(List<@Nullable SampledToken> tokens) {}
