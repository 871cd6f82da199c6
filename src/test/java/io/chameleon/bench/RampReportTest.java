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

class RampReportTest {

  private static final List<RampReport.Phase> PHASES =
      List.of(new RampReport.Phase("fill", 0), new RampReport.Phase("end", 2));

  @Test
  void report_ofAGoodRamp_meetsAllAndIsWritten(@TempDir Path folder) throws IOException {
    RampReport report =
        new RampReport(
            PHASES,
            List.of(
                sample(0, 0, 0, 90, 0, 0), sample(1, 60, 0, 40, 1, 16), sample(2, 90, 0, 0, 2, 9)),
            List.of(new Outcome.Answered(0, 1, 2)));

    assertThat(report.verdicts())
        .containsExactly(
            "met:    no request failed: 0 of 1 did",
            "met:    none waited while an idle adapter held cells: in 0 of 3 samples one did",
            "         cells that were free while one waited for memory: up to 10",
            "         sequences put back to make room for others: 5");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    report.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("| fill | 2.0 | 60 | 40 to 90 |");
    List<Path> files = report.write(folder);
    JsonNode json = JsonMapper.shared().readTree(files.getFirst());
    assertThat(json.get("samples").get(1).get("kv").asInt()).isEqualTo(60);
    assertThat(json.get("failed").asInt()).isZero();
    assertThat(files.get(1)).hasFileName("ramp.svg").content().contains("<svg");
  }

  @Test
  void report_ofABadRamp_saysWhatFailed() {
    RampReport report =
        new RampReport(
            PHASES,
            List.of(sample(1, 60, 0, 40, 1, 9)),
            List.of(new Outcome.Refused(0, "the service answered 429")));

    assertThat(report.verdicts())
        .containsExactly(
            "MISSED: no request failed: 1 of 1 did",
            "MISSED: none waited while an idle adapter held cells: in 1 of 1 samples one did",
            "         cells that were free while one waited for memory: up to 0",
            "         sequences put back to make room for others: 5",
            "  the service answered 429");
  }

  @Test
  void waiting_isNoBlame_whereTheStepIsFullOrAdaptersRun() {
    assertThat(sample(0, 60, 0, 40, 1, 9).waitsForMemory(16, 256)).isTrue();
    assertThat(sample(0, 60, 0, 40, 1, 16).waitsForMemory(16, 256)).isFalse();
    assertThat(sample(0, 60, 0, 40, 0, 9).waitsForMemory(16, 256)).isFalse();
    assertThat(sample(0, 60, 0, 40, 1, 9).waitsForMemory(16, 20)).isFalse();
    assertThat(sample(0, 60, 0, 40, 1, 9).hasIdleAdaptersOnly()).isTrue();
    assertThat(sample(0, 60, 10, 40, 1, 9).hasIdleAdaptersOnly()).isFalse();
    assertThat(sample(0, 60, 0, 0, 1, 9).hasIdleAdaptersOnly()).isFalse();
  }

  private static SchedulerSample sample(
      double seconds, int kv, int window, int adapter, int waiting, int running) {
    return new SchedulerSample(
        seconds, 100 - kv - window - adapter, kv, adapter, window, waiting, running, 20, 5);
  }
}
