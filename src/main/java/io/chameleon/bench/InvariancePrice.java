package io.chameleon.bench;

import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * What batch-invariant steps cost: each beside the same step as it is otherwise, before and after
 * it, for a card that grows warm slows down.
 */
final class InvariancePrice {

  private static final int[] DECODE_ROWS = {1, 32, 64};

  private static final int[] PROMPTS = {256, 1024};

  /** Switches the engine over. */
  @FunctionalInterface
  interface Mode {
    void setBatchInvariant(boolean on);
  }

  private final Mode mode;

  InvariancePrice(Mode mode) {
    this.mode = mode;
  }

  /**
   * Measures, and adds the rows.
   *
   * @param decode milliseconds of a step of so many base rows
   * @param prefill of a step of a prompt of so many tokens
   */
  void addTo(Report report, IntToDoubleFunction decode, IntToDoubleFunction prefill) {
    for (int rows : DECODE_ROWS) {
      add(report, "decode, %d row%s".formatted(rows, rows == 1 ? "" : "s"), decode, rows);
    }
    for (int tokens : PROMPTS) {
      add(report, String.format(Locale.ROOT, "prefill, %,d tokens", tokens), prefill, tokens);
    }
  }

  private void add(Report report, String name, IntToDoubleFunction millis, int size) {
    double before = millis.applyAsDouble(size);
    mode.setBatchInvariant(true);
    double invariant;
    try {
      invariant = millis.applyAsDouble(size);
    } finally {
      mode.setBatchInvariant(false);
    }
    double base = (before + millis.applyAsDouble(size)) / 2;
    report.add(
        ReportRow.of(name + ", batch-invariant, over base", 100 * (invariant / base - 1), "%"));
  }
}
