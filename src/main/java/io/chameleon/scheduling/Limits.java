package io.chameleon.scheduling;

/** Checks of the properties under {@code chameleon.scheduling}. */
final class Limits {

  private Limits() {}

  static void require(String property, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "chameleon.scheduling.%s is %d; it must be %d to %d"
              .formatted(property, value, least, most));
    }
  }

  static void require(String property, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "chameleon.scheduling.%s is %s; it must be %s to %s"
              .formatted(property, value, least, most));
    }
  }
}
