package io.chameleon.memory.pressure;

import java.util.OptionalDouble;

/** What a signal read: a share, or that there is none, and why. An absent one is never a 0. */
public sealed interface SignalReading {

  /**
   * A share.
   *
   * @param value 0 and more; over 1 where more is asked for than there is
   */
  record Share(double value) implements SignalReading {

    public Share {
      if (!(value >= 0) || Double.isInfinite(value)) {
        throw new IllegalArgumentException(
            "a signal reads %s; it must be 0 or more, and finite".formatted(value));
      }
    }
  }

  /**
   * Nothing to read.
   *
   * @param reason why, for people
   */
  record Absent(String reason) implements SignalReading {}

  /**
   * A part of a whole.
   *
   * @param part 0 and more
   * @param whole what it is of; at 0 or less the reading is absent
   * @param reason why there may be no whole
   */
  static SignalReading of(long part, long whole, String reason) {
    return whole > 0 ? new Share((double) part / whole) : new Absent(reason);
  }

  /**
   * A share that may be missing.
   *
   * @param share 0 and more, or nothing
   * @param reason why it may be missing
   */
  static SignalReading of(OptionalDouble share, String reason) {
    return share.isPresent() ? new Share(share.getAsDouble()) : new Absent(reason);
  }

  /** The share, if there is one. */
  default OptionalDouble share() {
    return switch (this) {
      case Share(double value) -> OptionalDouble.of(value);
      case Absent _ -> OptionalDouble.empty();
    };
  }
}
