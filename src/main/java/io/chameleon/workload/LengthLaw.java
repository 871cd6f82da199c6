package io.chameleon.workload;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** How long requests are. */
@FunctionalInterface
public interface LengthLaw {

  /** Draws the lengths of one request after the other, without an end. */
  Supplier<RequestLengths> over(RandomGenerator random);

  /** The same law with each length scaled. */
  default LengthLaw scaled(LengthScale scale) {
    return random -> {
      Supplier<RequestLengths> unscaled = over(random);
      return () -> scale.apply(unscaled.get());
    };
  }

  /**
   * The same law where every client allows so many tokens, or the output where that is longer.
   *
   * @param maxTokens as the field of a request, at least 1
   */
  default LengthLaw allowing(int maxTokens) {
    Numbers.checkAtLeast("the tokens that clients allow", maxTokens, 1);
    return random -> {
      Supplier<RequestLengths> lengths = over(random);
      return () -> lengths.get().allowing(maxTokens);
    };
  }
}
