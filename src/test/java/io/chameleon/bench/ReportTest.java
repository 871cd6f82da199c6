package io.chameleon.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {

  private final Report report = new Report("numbers");

  @Test
  void json_ofARow_hasTheSevenFieldsInOrder(@TempDir Path folder) throws IOException {
    report.add(
        ReportRow.of("step-ms", 6, "ms").under(4, "weights at memory-read").with(Goal.atMost(1.8)));

    Path file = report.write(folder.resolve("made").resolve("here"));

    assertThat(file).hasFileName("numbers.json");
    JsonNode rows = JsonMapper.shared().readTree(file.toFile());
    assertThat(rows.toString())
        .isEqualTo(
            "[{\"name\":\"step-ms\",\"value\":6.0,\"unit\":\"ms\",\"ceiling\":4.0,"
                + "\"ratio\":1.5,\"goal\":\"<=1.8\",\"met\":true}]");
  }

  @Test
  void json_ofAPlainNumber_hasNulls(@TempDir Path folder) throws IOException {
    report.add(ReportRow.of("rate", 2.5, "GB/s"));

    JsonNode row = JsonMapper.shared().readTree(report.write(folder).toFile()).get(0);

    assertThat(row.toString())
        .isEqualTo(
            "{\"name\":\"rate\",\"value\":2.5,\"unit\":\"GB/s\",\"ceiling\":null,"
                + "\"ratio\":null,\"goal\":null,\"met\":null}");
  }

  @Test
  void table_namesWhatARowIsDividedBy() {
    report.add(
        ReportRow.of("step-ms", 8, "ms").under(4, "weights at memory-read").with(Goal.atMost(1.8)));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    report.print(new PrintStream(bytes, true, UTF_8));

    assertThat(bytes.toString(UTF_8).lines().toList().getLast().replaceAll(" +", " "))
        .isEqualTo("step-ms 8.00 ms 4.00 2.00 <=1.8 no weights at memory-read");
  }

  @Test
  void goal_withoutACeiling_isOfTheValue() {
    ReportRow row = ReportRow.of("speedup", 2, "x").with(Goal.atLeast(2));

    assertThat(row.met()).isTrue();
    assertThat(row.with(Goal.atLeast(2.01)).met()).isFalse();
  }

  @Test
  void goal_asText_hasNoNeedlessDigits() {
    assertThat(Goal.atMost(2).text()).isEqualTo("<=2");
    assertThat(Goal.atMost(1.3).text()).isEqualTo("<=1.3");
    assertThat(Goal.atLeast(10).text()).isEqualTo(">=10");
  }

  @Test
  void row_ofNoNumber_isRefused() {
    assertThatThrownBy(() -> ReportRow.of("rate", Double.NaN, "GB/s"))
        .hasMessage("row rate is NaN; it must be finite");
    assertThatThrownBy(() -> ReportRow.of("rate", 1, "GB/s").under(0, "nothing"))
        .hasMessage("the ceiling nothing is 0.0; it must be over 0 and finite");
  }
}
