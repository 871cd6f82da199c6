package io.chameleon.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the packaged command as a user would. How fast anything is, is not its business. */
class BenchCommandIT {

  private static final List<String> ROWS =
      List.of(
          "fp32-matrix-product",
          "memory-read",
          "memory-read-weight-sized",
          "prefill-200-base",
          "prefill-200-one-adapter",
          "prefill-800-base",
          "prefill-800-one-adapter",
          "decode-1-base-ms",
          "decode-1-base-by-small-read-ms",
          "decode-1-one-adapter-ms",
          "decode-4-base-ms",
          "decode-4-one-adapter-ms",
          "decode-16-base-ms",
          "decode-16-one-adapter-ms",
          "decode-16-base-sampled-ms",
          "decode-16-smallest-16-adapters-ms",
          "decode-16-largest-16-adapters-ms",
          "decode-16-first-16-adapters-ms",
          "decode-16-context-32-ms",
          "decode-16-context-800-ms",
          "service-first-token-200-ms",
          "service-16-streams-step-ms",
          "service-16-streams-loop-ms");

  private static final Map<String, String> GOALS =
      Map.of(
          "decode-1-base-ms", "<=1.8",
          "decode-16-smallest-16-adapters-ms", "<=1.3",
          "decode-16-context-800-ms", "<=2",
          "service-first-token-200-ms", "<=1",
          "service-16-streams-step-ms", "<=1.1");

  @Test
  void bench_quick_reportsEveryRow(@TempDir Path folder) throws Exception {
    String output = run("--quick", "--threads", "1", "--out", folder.toString());

    System.out.println(output);
    JsonNode rows = JsonMapper.shared().readTree(folder.resolve("bench.json").toFile());
    assertThat(rows.valueStream().map(row -> row.get("name").asString()))
        .containsExactlyElementsOf(ROWS);
    Map<String, String> goals = new HashMap<>();
    for (JsonNode row : rows) {
      check(row);
      if (!row.get("goal").isNull()) {
        goals.put(row.get("name").asString(), row.get("goal").asString());
      }
    }
    assertThat(goals).isEqualTo(GOALS);
    assertThat(output)
        .contains("libtorch 2.", "threads  1", "ranks 160", "ranks 452")
        .contains(ROWS);
  }

  @Test
  void bench_withAWrongOption_saysWhichAndHow() throws Exception {
    Process process = start("--fast");

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
        .startsWith("Unknown option --fast")
        .contains("Usage:");
    assertThat(process.waitFor()).isEqualTo(2);
  }

  private static void check(JsonNode row) {
    String name = row.get("name").asString();
    double value = row.get("value").asDouble();
    assertThat(value).as(name).isFinite().isPositive();
    assertThat(row.get("unit").asString()).as(name).isNotEmpty();
    JsonNode ceiling = row.get("ceiling");
    JsonNode ratio = row.get("ratio");
    assertThat(ratio.isNull()).as(name).isEqualTo(ceiling.isNull());
    if (!ceiling.isNull()) {
      assertThat(ceiling.asDouble()).as(name).isFinite().isPositive();
      assertThat(ratio.asDouble()).as(name).isCloseTo(value / ceiling.asDouble(), within(1e-9));
    }
    assertThat(row.get("met").isNull()).as(name).isEqualTo(row.get("goal").isNull());
  }

  private static String run(String... arguments) throws Exception {
    Process process = start(arguments);
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(output).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private static Process start(String... arguments) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(List.of("-jar", Path.of("target", "chameleon.jar").toString(), "bench"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
