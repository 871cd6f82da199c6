package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HonestReportTest {

  @Test
  void figures_areOfRequestsDueInTheMeasuredTime() {
    List<Served> served = new ArrayList<>();
    served.add(new Served(false, 0.5, 9_000, 1.5));
    for (int i = 1; i <= 100; i++) {
      served.add(new Served(i % 4 == 0, 1 + i / 100.0, i, 1.5 + i / 100.0));
    }
    served.add(new Served(true, 3.0, 9_000, 3.1));

    Figures figures = Figures.of(served, 1, 3);

    assertThat(figures.requests()).isEqualTo(100);
    assertThat(figures.medianMs()).isEqualTo(50.5);
    assertThat(figures.p99Ms()).isEqualTo(99);
    assertThat(figures.smallP99Ms()).isEqualTo(99);
    assertThat(figures.largeP99Ms()).isEqualTo(100);
    assertThat(figures.perSecond()).as("one came before and ended within").isEqualTo(101 / 2.0);
    assertThatThrownBy(() -> Figures.of(served, 0, 1))
        .hasMessage("1 small and 0 large requests were answered; there must be some of both");
  }

  @Test
  void verdicts_whereAllIsHeld_areMet() {
    HonestReport report =
        new HonestReport(
            List.of(
                cell("fifo", 0.5, figures(100, 500, 400, 500), figures(114, 380, 1, 1)),
                cell("fifo", 0.9, figures(200, 1000, 900, 1000), figures(400, 4000, 1, 1)),
                cell("chameleon", 0.9, figures(90, 900, 440, 1090), figures(90, 900, 1, 1))));

    assertThat(report.verdicts())
        .containsExactly(
            "met:    error of medianTtftMs at most 15 % up to a load of 0.85: the largest is +14.0"
                + " % (fifo at 0.50)",
            "met:    error of p99TtftMs at most 25 % up to a load of 0.85: the largest is -24.0 %"
                + " (fifo at 0.50)",
            "met:    no request was turned away: 0 were",
            "met:    chameleon cuts P99 TTFT of small requests live by at least 50 % at 0.90: by"
                + " 51.1 %",
            "met:    chameleon adds at most 10 % to that of large ones at 0.90: +9.0 %");
  }

  @Test
  void verdicts_whereAllIsBroken_areMissed() {
    HonestReport report =
        new HonestReport(
            List.of(
                cell("fifo", 0.5, figures(100, 500, 400, 500), figures(84, 700, 400, 500)),
                new HonestCell(
                    "chameleon",
                    0.5,
                    figures(100, 500, 300, 600),
                    figures(100, 500, 300, 600),
                    2)));

    assertThat(report.verdicts()).allMatch(verdict -> verdict.startsWith("MISSED: ")).hasSize(5);
  }

  @Test
  void verdicts_withoutALoadBelowTheKnee_judgeNoError() {
    HonestReport report =
        new HonestReport(
            List.of(cell("sjf", 0.9, figures(100, 500, 400, 500), figures(1, 1, 1, 1))));

    assertThat(report.verdicts())
        .containsExactly(
            "         no load is below 0.85; errors of medianTtftMs are not judged",
            "         no load is below 0.85; errors of p99TtftMs are not judged",
            "met:    no request was turned away: 0 were");
  }

  @Test
  void rows_areWrittenWithTheirErrors(@TempDir Path folder) throws Exception {
    HonestReport report =
        new HonestReport(
            List.of(cell("sjf", 0.7, figures(100, 500, 400, 600), figures(90, 600, 380, 660))));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    report.print(new PrintStream(printed, true, StandardCharsets.UTF_8));
    JsonNode rows = JsonMapper.shared().readTree(Files.readString(report.write(folder)));

    assertThat(rows).hasSize(5);
    JsonNode first = rows.get(0);
    assertThat(first.propertyNames())
        .containsExactly("policy", "load", "metric", "live", "simulated", "error");
    assertThat(first.get("metric").asString()).isEqualTo("medianTtftMs");
    assertThat(first.get("error").asDouble()).isCloseTo(-0.1, within(1e-9));
    assertThat(rows.get(1).get("error").asDouble()).isCloseTo(0.2, within(1e-9));
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains(
            "| sjf | 0.70 | 100.0 | 90.0 | -10 % | 500.0 | 600.0 | +20 % | 9.0 | 9.0 | +0 % |")
        .contains("| sjf | 0.70 | 500 | 400.0 | 380.0 | 600.0 | 660.0 |");
  }

  private static HonestCell cell(String policy, double load, Figures live, Figures simulated) {
    return new HonestCell(policy, load, live, simulated, 0);
  }

  private static Figures figures(double median, double p99, double small, double large) {
    return new Figures(500, median, p99, 9, small, large);
  }
}
