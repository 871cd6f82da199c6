package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LivePaperReportTest {

  private static final double OBJECTIVE = 1000;

  private static LivePoint point(String policy, double perSecond, double p99) {
    return new LivePoint(policy, perSecond, figures(100, p99), null, 0, 0.5);
  }

  private static ServedTimes.Figures figures(double median, double p99) {
    return new ServedTimes.Figures(500, median, p99, 10, 20, 600);
  }

  @Test
  void policy_atTheKneeOfSlora_isJudgedByItsCutAndItsThroughput() {
    LivePaperReport report =
        new LivePaperReport(
            List.of(
                point("s-lora", 10, 200),
                point("s-lora", 20, 4000),
                point("chameleon", 10, 150),
                point("chameleon", 20, 400),
                point("chameleon", 30, 700)),
            OBJECTIVE);

    assertThat(report.verdicts())
        .anyMatch(line -> line.startsWith("met:") && line.contains("20.00/s, its knee: by 90.0 %"))
        .anyMatch(line -> line.startsWith("met:") && line.contains(">= 30.00 req/s"))
        .noneMatch(line -> line.contains("adaptive"));
  }

  @Test
  void baseline_withoutAKnee_isNotJudged() {
    LivePaperReport report =
        new LivePaperReport(List.of(point("fifo", 10, 200), point("adaptive", 10, 150)), OBJECTIVE);

    assertThat(report.verdicts())
        .anyMatch(line -> line.contains("fifo does not pass its knee"))
        .anyMatch(line -> line.startsWith("MISSED:") && line.contains("1.00 x"));
  }

  @Test
  void policy_thatWasBeyondBeforeTheKnee_missesTheCut() {
    LivePaperReport report =
        new LivePaperReport(
            List.of(point("fifo", 10, 200), point("fifo", 20, 2000), point("chameleon", 10, 9000)),
            OBJECTIVE);

    assertThat(report.verdicts())
        .contains("MISSED: chameleon was beyond the objective before the knee of fifo");
  }

  @Test
  void errors_ofTheSimulator_countBelowTheKneeAlone() {
    LivePaperReport report =
        new LivePaperReport(
            List.of(
                point("fifo", 10, 200).with(figures(95, 230)),
                point("fifo", 20, 4000).with(figures(900, 90))),
            OBJECTIVE);

    assertThat(report.verdicts())
        .contains(
            "met:    the simulator's median TTFT is within 10 % below the knee: 5.0 %",
            "met:    its P99 TTFT is within 20 %: 15.0 %");
  }

  @Test
  void capacities_areThoseOfTheObjectiveAndOfFiveMedianFirstTokensOfSlora() {
    LivePaperReport report =
        new LivePaperReport(
            List.of(
                point("fifo", 10, 200),
                point("fifo", 20, 600),
                point("fifo", 30, 1600),
                point("s-lora", 10, 400),
                point("s-lora", 20, 1400)),
            OBJECTIVE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("requests/s at P99 TTFT of 1000 ms |", "| fifo | 24.00 req/s |")
        .contains("5 median first tokens of s-lora at 10.00/s")
        .contains("requests/s at P99 TTFT of 500 ms |", "| fifo | 17.50 req/s |")
        .contains("| s-lora | 16.00 req/s |", "| s-lora | 11.00 req/s |");
  }

  @Test
  void report_isPrintedAndWritten(@TempDir Path folder) throws IOException {
    LivePaperReport report =
        new LivePaperReport(List.of(point("fifo", 10, 200).with(figures(90, 210))), OBJECTIVE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    JsonNode json = JsonMapper.shared().readTree(report.write(folder));

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("| fifo | 10.00 | 500 | 100.0 | 200.0 | 10.00 | 20.00 | 90.0 | -10 % | 210.0 |")
        .contains("| fifo | >= 10.00 req/s |");
    assertThat(json.at("/points/0/live/p99Ttft").asDouble()).isEqualTo(200);
  }
}
