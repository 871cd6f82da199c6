package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CliffReportTest {

  private static final long SECOND = 1_000_000_000;

  private static final CliffCase CASE = new CliffCase(PopularityLaw.ZIPF, 8);

  @Test
  void report_withoutCliff_meetsAllAndIsWritten(@TempDir Path folder) throws IOException {
    CliffReport report =
        new CliffReport(
            List.of(
                new CliffCell("zipf", 1, 10, 30, 500, 0),
                new CliffCell("zipf", 16, 15, 60, 490, 0),
                new CliffCell("uniform", 1, 100, 300, 500, 0)));

    assertThat(report.verdicts())
        .containsExactly(
            "met:    no step over 1.5 x in median TTFT between neighbours: the greatest is 1.50 x"
                + " (zipf, from 1 to 16 adapters)",
            "met:    no step over 2.0 x in P99 TTFT between neighbours: the greatest is 2.00 x"
                + " (zipf, from 1 to 16 adapters)",
            "met:    no request refused: 0 were");
    assertThat(printed(report)).contains("| zipf | 16 | 15.0 | 60.0 | 490 | 0 |");
    List<Path> files = report.write(folder);
    JsonNode json = JsonMapper.shared().readTree(files.getFirst());
    assertThat(json.size()).isEqualTo(3);
    assertThat(json.get(1).propertyNames())
        .containsExactly(
            "law", "adapters", "medianTtftMs", "p99TtftMs", "tokensPerSecond", "refused");
    assertThat(json.get(1).get("adapters").asInt()).isEqualTo(16);
    assertThat(files).hasSize(3);
    assertThat(files.get(1)).content().contains("<svg");
  }

  @Test
  void report_withACliff_saysWhere() {
    CliffReport report =
        new CliffReport(
            List.of(
                new CliffCell("uniform", 16, 10, 30, 500, 0),
                new CliffCell("uniform", 17, 15.1, 30, 490, 2),
                new CliffCell("uniform", 32, 15, 61, 490, 1)));

    assertThat(report.verdicts())
        .containsExactly(
            "MISSED: no step over 1.5 x in median TTFT between neighbours: the greatest is 1.51 x"
                + " (uniform, from 16 to 17 adapters)",
            "MISSED: no step over 2.0 x in P99 TTFT between neighbours: the greatest is 2.03 x"
                + " (uniform, from 17 to 32 adapters)",
            "MISSED: no request refused: 3 were");
  }

  @Test
  void turn_countsFromWhenARequestWasDue_afterTheWarmUp() {
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(new Outcome.Answered(0, 9 * SECOND / 10, SECOND / 2));
    for (int i = 1; i <= 100; i++) {
      long due = SECOND + i;
      outcomes.add(new Outcome.Answered(due, due + i * 1_000_000L, 2 * SECOND));
    }
    outcomes.add(new Outcome.Refused(2 * SECOND, "429"));
    outcomes.add(new Outcome.Answered(4 * SECOND, 4 * SECOND + 1_000_000, 5 * SECOND));

    CliffCell cell = CliffCell.of(CASE, outcomes, SECOND, 5 * SECOND, 32);

    assertThat(cell.medianTtftMs()).as("of 1, 1, 2 … 100").isEqualTo(50);
    assertThat(cell.p99TtftMs()).isEqualTo(99);
    assertThat(cell.tokensPerSecond()).isEqualTo(100 * 32 / 4.0);
    assertThat(cell.refused()).isEqualTo(1);
  }

  @Test
  void turns_ofACase_areSummedUpByTheirMedians() {
    CliffCell over =
        CliffCell.over(
            List.of(
                new CliffCell("zipf", 8, 10, 90, 500, 1),
                new CliffCell("zipf", 8, 30, 20, 400, 0),
                new CliffCell("zipf", 8, 20, 40, 450, 2)));

    assertThat(over).isEqualTo(new CliffCell("zipf", 8, 20, 40, 450, 3));
  }

  @Test
  void turn_withoutAnAnswer_isAnError() {
    List<Outcome> outcomes = List.of(new Outcome.Refused(SECOND, "the service answered 503"));

    assertThatThrownBy(() -> CliffCell.of(CASE, outcomes, 0, SECOND, 32))
        .hasMessageContaining("none of 1 requests was answered")
        .hasMessageContaining("503");
  }

  private static String printed(CliffReport report) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
