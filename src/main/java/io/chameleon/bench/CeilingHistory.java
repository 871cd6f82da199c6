package io.chameleon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The ceilings in the order in which they were measured. */
final class CeilingHistory {

  private final List<CeilingRates> history = new ArrayList<>();

  void add(CeilingRates rates) {
    history.add(rates);
  }

  /** One row for each ceiling: the median over all phases. */
  List<ReportRow> rows() {
    return List.of(
        ReportRow.of(Ceilings.PRODUCT, median(CeilingRates::flops) / 1e9, "GFLOP/s"),
        ReportRow.of(Ceilings.READ, median(CeilingRates::readBytes) / 1e9, "GB/s"),
        ReportRow.of(Ceilings.SMALL_READ, median(CeilingRates::smallReadBytes) / 1e9, "GB/s"));
  }

  /** A line for each phase, for people to see how steady the machine was. */
  List<String> drift() {
    return history.stream()
        .map(rates ->
            String.format(
                Locale.ROOT,
                "%-30s %7.1f GFLOP/s %7.1f GB/s %7.1f GB/s weight-sized",
                rates.phase(),
                rates.flops() / 1e9,
                rates.readBytes() / 1e9,
                rates.smallReadBytes() / 1e9))
        .toList();
  }

  private double median(ToDoubleFunction<CeilingRates> rate) {
    return Timings.median(history.stream().mapToDouble(rate).toArray());
  }
}
