package io.chameleon.workload;

/** The limits that parameters of laws have in common. */
final class Numbers {

  private Numbers() {}

  static void checkPositive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s is %s; it must be over 0 and finite".formatted(what, value));
    }
  }

  static void checkShare(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("%s is %s; it must be 0 to 1".formatted(what, value));
    }
  }

  static void checkAtLeast(String what, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s is %d; it must be at least %d".formatted(what, value, least));
    }
  }
}
