package io.chameleon.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the packaged command as a user would. How fast anything is, is not its business. */
@Timeout(300)
class CliffCommandIT {

  @Test
  void cliff_short_reportsEveryCase(@TempDir Path folder) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "-jar",
                Path.of("target", "chameleon.jar").toString(),
                "bench",
                "cliff",
                "--seconds=1",
                "--rounds=1",
                "--adapters=1,20",
                "--laws=uniform",
                "--threads=1",
                "--out=" + folder)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output)
        .contains(
            "made     20 adapters",
            "KV       4 sequences x (96 prompt + 32 output tokens) = 512 cells",
            "adapters 16 of the median rank 32 x 320 cells = 5120 cells",
            "met:    no request refused: 0 were");
    JsonNode cells = JsonMapper.shared().readTree(folder.resolve("cliff.json"));
    assertThat(cells.valueStream().map(cell -> cell.get("adapters").asInt()))
        .containsExactly(1, 20);
    for (JsonNode cell : cells) {
      for (String figure : List.of("medianTtftMs", "p99TtftMs", "tokensPerSecond")) {
        assertThat(cell.get(figure).asDouble()).as(figure).isFinite().isPositive();
      }
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .as("the adapters are gone")
          .containsExactlyInAnyOrder("cliff.json", "cliff-ttft.svg", "cliff-tokens.svg");
    }
  }
}
