package io.chameleon.bench;

import com.google.errorprone.annotations.FormatMethod;
import io.chameleon.simulation.Capacity;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The points of the paper's evaluation by real services as a table and as JSON, and what is
 * promised.
 *
 * @param points by policy, then by load
 * @param objectiveMs of the 99th percentile of times to first token
 * @param fits what the steps cost where points were simulated
 */
record LivePaperReport(List<LivePoint> points, double objectiveMs, WarmFits fits) {

  private static final String SLORA = "s-lora";

  private static final String FIFO = "fifo";

  private static final double MOST_MEDIAN_ERROR = 0.1;

  private static final double MOST_TAIL_ERROR = 0.2;

  private static final double MOST_LATE_MS = 20;

  /** Median first tokens of the published system that an impatient user waits for his own. */
  private static final double IMPATIENCE = 5;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** By how much a policy is to be better than another where that one passes its knee. */
  private record Promise(String policy, String baseline, double cut, double throughput) {}

  private static final List<Promise> PROMISES =
      List.of(
          new Promise("chameleon", SLORA, 0.8, 1.5),
          new Promise("adaptive", SLORA, 0.9, 2),
          new Promise("chameleon", FIFO, 0.5, 1.3),
          new Promise("adaptive", FIFO, 0.5, 1.3));

  LivePaperReport {
    points = List.copyOf(points);
  }

  /** Where nothing is simulated. */
  LivePaperReport(List<LivePoint> points, double objectiveMs) {
    this(points, objectiveMs, WarmFits.NONE);
  }

  /** Prints the tables and the verdicts. */
  void print(PrintStream out) {
    out.println(
        "| policy | requests/s | requests | median TTFT ms | P99 TTFT ms | median TBT ms | P99 TBT"
            + " ms | simulated median TTFT | error | P99 TTFT | error |");
    out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    points.forEach(point -> out.println(row(point)));
    if (!fits.source().isEmpty()) {
      out.printf("%nsimulated with each policy's own step costs, %s%n", fits.source());
    }
    printCapacities(out, objectiveMs);
    List<LivePoint> published = byPolicy().getOrDefault(SLORA, List.of());
    if (!published.isEmpty()) {
      LivePoint least = published.getFirst();
      out.printf(
          Locale.ROOT,
          "%nfor users who are less patient: %.0f median first tokens of %s at %.2f/s%n",
          IMPATIENCE,
          SLORA,
          least.perSecond());
      printCapacities(out, IMPATIENCE * least.live().medianTtft());
    }
    out.println();
    verdicts().forEach(out::println);
  }

  private void printCapacities(PrintStream out, double limitMs) {
    out.printf(
        Locale.ROOT, "%n| policy | requests/s at P99 TTFT of %.0f ms |%n|---|---|%n", limitMs);
    byPolicy()
        .forEach((policy, of) -> out.println(text("| %s | %s |", policy, capacity(of, limitMs))));
  }

  private static String row(LivePoint point) {
    ServedTimes.Figures live = point.live();
    String simulated =
        Optional.ofNullable(point.simulated())
            .map(figures ->
                text(
                    "%.1f | %+.0f %% | %.1f | %+.0f %%",
                    figures.medianTtft(),
                    100 * (figures.medianTtft() / live.medianTtft() - 1),
                    figures.p99Ttft(),
                    100 * (figures.p99Ttft() / live.p99Ttft() - 1)))
            .orElse("- | - | - | -");
    return text(
        "| %s | %.2f | %d | %.1f | %.1f | %.2f | %.2f | %s |",
        point.policy(),
        point.perSecond(),
        live.requests(),
        live.medianTtft(),
        live.p99Ttft(),
        live.medianGap(),
        live.p99Gap(),
        simulated);
  }

  /** What is promised, and what was found. */
  List<String> verdicts() {
    List<String> all = new ArrayList<>();
    PROMISES.stream()
        .filter(each -> has(each.policy()) && has(each.baseline()))
        .forEach(each -> all.addAll(judge(each)));
    all.addAll(errors());
    int unanswered = points.stream().mapToInt(LivePoint::unanswered).sum();
    all.add(verdict(unanswered == 0, text("each request was answered: %d were not", unanswered)));
    double latest = points.stream().mapToDouble(LivePoint::latenessMs).max().orElse(0);
    all.add(
        verdict(
            latest <= MOST_LATE_MS,
            text(
                "the generator kept to the clock within %.0f ms (P99): %.1f ms",
                MOST_LATE_MS, latest)));
    return all;
  }

  private boolean has(String policy) {
    return byPolicy().containsKey(policy);
  }

  private List<String> judge(Promise promise) {
    List<String> lines = new ArrayList<>();
    List<LivePoint> baseline = byPolicy().getOrDefault(promise.baseline(), List.of());
    List<LivePoint> better = byPolicy().getOrDefault(promise.policy(), List.of());
    baseline.stream()
        .filter(point -> point.live().p99Ttft() > objectiveMs)
        .findFirst()
        .ifPresentOrElse(
            knee -> lines.add(cut(promise, knee, better)),
            () ->
                lines.add(
                    text(
                        "         %s does not pass its knee; the cut by %s is not judged",
                        promise.baseline(), promise.policy())));
    double ratio = capacity(better).requestsPerSecond() / capacity(baseline).requestsPerSecond();
    lines.add(
        verdict(
            ratio >= promise.throughput(),
            text(
                "%s has at least %.1f x the throughput of %s at the objective: %.2f x (%s, %s)",
                promise.policy(),
                promise.throughput(),
                promise.baseline(),
                ratio,
                capacity(better),
                capacity(baseline))));
    return lines;
  }

  private static String cut(Promise promise, LivePoint knee, List<LivePoint> better) {
    return better.stream()
        .filter(point -> point.perSecond() == knee.perSecond())
        .findFirst()
        .map(point -> 1 - point.live().p99Ttft() / knee.live().p99Ttft())
        .map(cut ->
            verdict(
                cut >= promise.cut(),
                text(
                    "%s cuts P99 TTFT of %s by at least %.0f %% at %.2f/s, its knee: by %.1f %%",
                    promise.policy(),
                    promise.baseline(),
                    100 * promise.cut(),
                    knee.perSecond(),
                    100 * cut)))
        .orElse(
            verdict(
                false,
                text(
                    "%s was beyond the objective before the knee of %s",
                    promise.policy(), promise.baseline())));
  }

  private List<String> errors() {
    double median = 0;
    double tail = 0;
    int judged = 0;
    for (LivePoint point : points) {
      ServedTimes.Figures simulated = point.simulated();
      if (simulated != null && point.live().p99Ttft() <= objectiveMs) {
        judged++;
        median = Math.max(median, error(simulated.medianTtft(), point.live().medianTtft()));
        tail = Math.max(tail, error(simulated.p99Ttft(), point.live().p99Ttft()));
      }
    }
    if (judged == 0) {
      return List.of("         nothing was simulated below the knee; errors are not judged");
    }
    return List.of(
        verdict(
            median <= MOST_MEDIAN_ERROR,
            text(
                "the simulator's median TTFT is within 10 %% below the knee: %.1f %%",
                100 * median)),
        verdict(
            tail <= MOST_TAIL_ERROR, text("its P99 TTFT is within 20 %%: %.1f %%", 100 * tail)));
  }

  private static double error(double simulated, double live) {
    return Math.abs(simulated / live - 1);
  }

  private Capacity capacity(List<LivePoint> of) {
    return capacity(of, objectiveMs);
  }

  private static Capacity capacity(List<LivePoint> of, double limitMs) {
    return Capacity.between(
        of.stream()
            .map(point -> new Capacity.Point(point.perSecond(), point.live().p99Ttft()))
            .toList(),
        limitMs);
  }

  private Map<String, List<LivePoint>> byPolicy() {
    return points.stream()
        .collect(Collectors.groupingBy(LivePoint::policy, LinkedHashMap::new, Collectors.toList()));
  }

  /** Writes {@code live-paper.json}; returns the file. */
  Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path json = folder.resolve("live-paper.json");
    Files.writeString(json, JSON.writeValueAsString(this) + "\n");
    return json;
  }

  private static String verdict(boolean met, String text) {
    return (met ? "met:    " : "MISSED: ") + text;
  }

  @FormatMethod
  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
