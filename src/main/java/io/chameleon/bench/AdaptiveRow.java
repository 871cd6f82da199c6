package io.chameleon.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One comparison.
 *
 * @param workload which
 * @param load in words, and in requests per second; null where loads are what is compared
 * @param baseline what {@code adaptive} is compared with
 * @param metric what is compared
 * @param theirs the baseline's value
 * @param ours that of {@code adaptive}
 * @param goal of ours ÷ theirs, or null where nothing was promised
 */
record AdaptiveRow(
    String workload,
    String load,
    AdaptiveSystem baseline,
    String metric,
    double theirs,
    double ours,
    @Nullable Goal goal) {

  private static final double PERCENT = 100;

  double ratio() {
    return ours / theirs;
  }

  /** Whether the goal is reached, or null without one. */
  @Nullable Boolean met() {
    return goal == null ? null : goal.isMetBy(ratio());
  }

  /** As a line of a Markdown table. */
  String markdown() {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s | %+.1f %% | %s | %s |",
        workload,
        load,
        baseline.label(),
        metric,
        number(theirs),
        number(ours),
        PERCENT * (ratio() - 1),
        goal == null ? "" : goal.text(),
        verdict());
  }

  /** As an object of the report. */
  Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("workload", workload);
    json.put("load", load);
    json.put("baseline", baseline.label());
    json.put("metric", metric);
    json.put("theirs", theirs);
    json.put("ours", ours);
    json.put("ratio", ratio());
    json.put("goal", goal == null ? null : goal.text());
    json.put("met", met());
    return json;
  }

  private String verdict() {
    Boolean met = met();
    if (met == null) {
      return "";
    }
    return met ? "met" : "MISSED";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < PERCENT ? "%.2f" : "%.0f", value);
  }
}
