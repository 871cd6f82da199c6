package io.chameleon.memory.pressure;

import java.util.Arrays;

/**
 * Where a signal's level rises and falls, as shares. A level rises to the highest whose threshold
 * is reached, and leaves a level once the value lies below what it falls at.
 *
 * @param elevatedRise ELEVATED from here on
 * @param elevatedFall below this, ELEVATED ends; less than it rises at
 * @param criticalRise CRITICAL from here on; more than ELEVATED rises at
 * @param criticalFall below this, CRITICAL ends; less than it rises at, and no less than ELEVATED
 *     falls at
 */
public record PressureThresholds(
    double elevatedRise, double elevatedFall, double criticalRise, double criticalFall) {

  private static final int NUMBERS = 4;

  public PressureThresholds {
    requireOver("elevated-fall", elevatedFall, 0, "0");
    requireOver("elevated-rise", elevatedRise, elevatedFall, "elevated-fall");
    requireOver("critical-rise", criticalRise, elevatedRise, "elevated-rise");
    requireOver("critical-rise", criticalRise, criticalFall, "critical-fall");
    if (!(criticalFall >= elevatedFall)) {
      throw new IllegalArgumentException(
          "critical-fall is %s; it must be at least elevated-fall, which is %s"
              .formatted(criticalFall, elevatedFall));
    }
  }

  /**
   * Reads the defaults of a signal, such as {@code 0.8 0.7 0.95 0.9}: the four numbers in the order
   * of the record. Spring calls it.
   */
  public static PressureThresholds valueOf(String text) {
    double[] numbers =
        Arrays.stream(text.strip().split(" +")).mapToDouble(Double::parseDouble).toArray();
    if (numbers.length != NUMBERS) {
      throw new IllegalArgumentException(
          "thresholds \"%s\" are %d numbers; they must be %d"
              .formatted(text, numbers.length, NUMBERS));
    }
    return new PressureThresholds(numbers[0], numbers[1], numbers[2], numbers[3]);
  }

  private static void requireOver(String name, double value, double limit, String limitName) {
    if (!(value > limit) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s is %s; it must be over %s, which is %s".formatted(name, value, limitName, limit));
    }
  }
}
