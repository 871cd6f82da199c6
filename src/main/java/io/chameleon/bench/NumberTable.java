package io.chameleon.bench;

import io.chameleon.model.BFloat16;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Random bf16 numbers of one law, drawn once. Tensors of any size are made of pieces of it that
 * begin anywhere, which takes no longer than copying; no two tensors are alike.
 */
final class NumberTable {

  /** A power of two. */
  private static final int NUMBERS = 1 << 20;

  /** Numbers of a piece; far less than there are, so that pieces begin at many places. */
  private static final int PIECE = 1 << 17;

  /** Little-endian. */
  private final ByteBuffer numbers;

  private NumberTable(ByteBuffer numbers) {
    this.numbers = numbers;
  }

  /** Which numbers are drawn. */
  sealed interface Law {

    /** Uniform from -most to most. */
    record Uniform(float most) implements Law {}

    /** Normal around 0. */
    record Normal(float deviation) implements Law {}

    /** All alike. */
    record Constant(float value) implements Law {}
  }

  /** Draws a table; the same seed gives the same numbers. */
  static NumberTable of(Law law, long seed) {
    ToDoubleFunction<SplittableRandom> next =
        switch (law) {
          case Law.Uniform(float most) -> random -> most * (2 * random.nextDouble() - 1);
          case Law.Normal(float deviation) -> random -> deviation * random.nextGaussian();
          case Law.Constant(float value) -> random -> value;
        };
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer numbers =
        ByteBuffer.allocateDirect(NUMBERS * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < NUMBERS; i++) {
      numbers.putShort(BFloat16.of((float) next.applyAsDouble(random)));
    }
    return new NumberTable(numbers.flip());
  }

  /**
   * A piece, from somewhere.
   *
   * @param most numbers of it
   */
  ByteBuffer piece(long most, SplittableRandom random) {
    int length = (int) Math.min(most, PIECE);
    int begin = random.nextInt(NUMBERS - length + 1);
    return numbers.slice(begin * Short.BYTES, length * Short.BYTES);
  }
}
