package io.chameleon.workload;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Input and output uniform between the same bounds, independent of each other, as in S-LoRA's
 * workload generator.
 *
 * @param least fewest tokens of each, at least 1
 * @param most most tokens of each, at least {@code least}
 */
public record UniformLengths(int least, int most) implements LengthLaw {

  /** S-LoRA's bounds: 8 to 512 tokens. */
  public static final UniformLengths S_LORA = new UniformLengths(8, 512);

  public UniformLengths {
    Numbers.checkAtLeast("the shortest length", least, 1);
    Numbers.checkAtLeast("the longest length", most, least);
  }

  @Override
  public Supplier<RequestLengths> over(RandomGenerator random) {
    return () -> new RequestLengths(draw(random), draw(random));
  }

  private int draw(RandomGenerator random) {
    return (int) random.nextLong(least, most + 1L);
  }
}
