package io.chameleon.workload;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Requests that are either small or large, with nothing in between, so that what becomes of each
 * kind can be told apart.
 *
 * @param smallShare share of small ones, over 0 and below 1
 * @param small lengths of those
 * @param large lengths of the others; their shortest prompt is longer than the longest small one
 */
public record TwoSizes(double smallShare, Range small, Range large) implements LengthLaw {

  /**
   * Uniform lengths, prompt and output independent of each other.
   *
   * @param leastInput shortest prompt in tokens, at least 1
   * @param mostInput longest prompt, at least {@code leastInput}
   * @param leastOutput shortest output, at least 1
   * @param mostOutput longest output, at least {@code leastOutput}
   */
  public record Range(int leastInput, int mostInput, int leastOutput, int mostOutput) {

    public Range {
      Numbers.checkAtLeast("the shortest prompt", leastInput, 1);
      Numbers.checkAtLeast("the longest prompt", mostInput, leastInput);
      Numbers.checkAtLeast("the shortest output", leastOutput, 1);
      Numbers.checkAtLeast("the longest output", mostOutput, leastOutput);
    }

    private RequestLengths draw(RandomGenerator random) {
      return new RequestLengths(
          random.nextInt(leastInput, mostInput + 1), random.nextInt(leastOutput, mostOutput + 1));
    }
  }

  public TwoSizes {
    if (!(smallShare > 0 && smallShare < 1) || large.leastInput() <= small.mostInput()) {
      throw new IllegalArgumentException(
          "a share of %s of small requests %s beside %s; it must be over 0 and below 1, and the"
                  .formatted(smallShare, small, large)
              + " prompts must not overlap");
    }
  }

  /** Whether lengths of this law are those of a large request. */
  public boolean isLarge(int inputTokens) {
    return inputTokens >= large.leastInput();
  }

  @Override
  public Supplier<RequestLengths> over(RandomGenerator random) {
    return () -> (random.nextDouble() < smallShare ? small : large).draw(random);
  }
}
