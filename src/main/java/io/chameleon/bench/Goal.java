package io.chameleon.bench;

import java.util.Locale;

/**
 * What a row's ratio should be, or its value where it has no ceiling.
 *
 * @param side which side of the bound is good
 * @param bound finite
 */
public record Goal(Side side, double bound) {

  /** A side of a bound, the bound included. */
  public enum Side {
    AT_MOST("<="),
    AT_LEAST(">=");

    private final String sign;

    Side(String sign) {
      this.sign = sign;
    }
  }

  public Goal {
    if (!Double.isFinite(bound)) {
      throw new IllegalArgumentException("the bound of a goal is %s".formatted(bound));
    }
  }

  /** Met by this number and all below. */
  public static Goal atMost(double bound) {
    return new Goal(Side.AT_MOST, bound);
  }

  /** Met by this number and all above. */
  public static Goal atLeast(double bound) {
    return new Goal(Side.AT_LEAST, bound);
  }

  /** Whether the number reaches the goal. */
  public boolean isMetBy(double number) {
    return switch (side) {
      case AT_MOST -> number <= bound;
      case AT_LEAST -> number >= bound;
    };
  }

  /** As people and reports write it: {@code <=1.8}. */
  public String text() {
    String number = String.format(Locale.ROOT, "%.4f", bound).replaceAll("\\.?0+$", "");
    return side.sign + number;
  }
}
