package io.chameleon.bench;

import org.jspecify.annotations.Nullable;

/**
 * One measured number, beside what it is held against.
 *
 * @param name lower case, with dashes
 * @param value finite
 * @param unit of value and ceiling
 * @param ceiling what the value is divided by, or null
 * @param goal of the ratio, or of the value where there is no ceiling; null for none
 */
public record ReportRow(
    String name, double value, String unit, @Nullable Ceiling ceiling, @Nullable Goal goal) {

  /**
   * What a value is divided by.
   *
   * @param value finite, over 0
   * @param what it is, in words
   */
  public record Ceiling(double value, String what) {

    public Ceiling {
      if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "the ceiling %s is %s; it must be over 0 and finite".formatted(what, value));
      }
    }
  }

  public ReportRow {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("row %s is %s; it must be finite".formatted(name, value));
    }
  }

  /** A number by itself. */
  public static ReportRow of(String name, double value, String unit) {
    return new ReportRow(name, value, unit, null, null);
  }

  /** The same row under a ceiling of the same unit. */
  public ReportRow under(double limit, String what) {
    return new ReportRow(name, value, unit, new Ceiling(limit, what), goal);
  }

  /** The same row with a goal. */
  public ReportRow with(Goal wanted) {
    return new ReportRow(name, value, unit, ceiling, wanted);
  }

  /** Value ÷ ceiling, or null without a ceiling. */
  public @Nullable Double ratio() {
    return ceiling == null ? null : Double.valueOf(value / ceiling.value());
  }

  /** Whether the goal is met, or null without a goal. */
  public @Nullable Boolean met() {
    if (goal == null) {
      return null;
    }
    Double ratio = ratio();
    return goal.isMetBy(ratio == null ? value : ratio);
  }
}
