package io.chameleon.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.TestLength;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tries the parts of the GPU's proofs out with a tiny model on the CPU, as one would on a bare
 * host. How fast anything is, is not their business.
 */
@Timeout(600)
class GpuProofsIT {

  private static final List<String> SMALL =
      List.of("--cells=3000", "--sequences=4", "--batch-tokens=128", "--heap=512m");

  @Test
  void paper_short_measuresAndSimulatesEachPolicy(@TempDir Path folder) throws Exception {
    List<String> policies =
        TestLength.isWhole()
            ? List.of("fifo", "s-lora", "chameleon")
            : List.of("s-lora", "chameleon");
    String output =
        part(
            folder,
            "paper",
            "--policies=" + String.join(",", policies),
            "--s-lora-batch-tokens=256",
            "--loads=50",
            "--seconds=3",
            "--adapters-of=5",
            "--divisor=32",
            "--capacity=6",
            "--profile=cpu-demo");

    assertThat(output)
        .contains("a random tiny in", "made     5 adapters", "objective ", "took     ")
        .contains("met:    each request was answered: 0 were not");
    JsonNode report = json(folder, "paper");
    assertThat(report.at("/points")).hasSize(policies.size());
    for (JsonNode point : report.at("/points")) {
      assertThat(point.at("/live/p99Ttft").asDouble()).isPositive();
      assertThat(point.at("/simulated/medianTtft").asDouble()).isPositive();
    }
  }

  /** The services of two sets, one after the other; {@link CliffCommandIT} has a quick one. */
  @Test
  @EnabledIfSystemProperty(named = TestLength.WHOLE, matches = "true")
  void cliff_short_hasACellForEachNumberOfBothSets(@TempDir Path folder) throws Exception {
    String output =
        part(
            folder,
            "cliff",
            "--large=1,3",
            "--small=4",
            "--laws=uniform",
            "--seconds=3",
            "--prompt=32",
            "--output=4");

    assertThat(output).contains("in median TTFT between neighbours");
    assertThat(json(folder, "cliff").valueStream().map(cell -> cell.get("law").asString()))
        .containsExactly("uniform, ranks 16-128", "uniform, ranks 16-128", "uniform, ranks 8-16");
  }

  @Test
  void soak_short_endsIdleWithTheTokensOfAnAnswerAlone(@TempDir Path folder) throws Exception {
    part(
        folder,
        "soak",
        TestLength.of("--seconds=6", "--seconds=12"),
        "--adapters-of=10",
        "--cells=1500",
        "--divisor=32");

    JsonNode rows = json(folder, "soak");
    for (String goal :
        List.of(
            "answered",
            "failed",
            "adapter-changes",
            "failed-steps",
            "left-waiting",
            "left-running",
            "left-kv",
            "left-unhealthy",
            "alone-wrong",
            "base-told-apart")) {
      assertThat(row(rows, goal).get("met").asBoolean()).as(goal).isTrue();
    }
    assertThat(row(rows, "alone-equal").get("value").asInt()).isPositive();
  }

  @Test
  void part_thatIsMissingSomething_saysWhat(@TempDir Path folder) throws Exception {
    Process process = process(folder, Map.of("CHAMELEON_JAVA", "/nowhere"), "paper");

    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(output).contains("CHAMELEON_JAVA is /nowhere; there is no executable java there");
  }

  private static String part(Path folder, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments[0]));
    all.addAll(SMALL);
    all.addAll(List.of(arguments).subList(1, arguments.length));
    Process process = process(folder, Map.of(), all.toArray(String[]::new));
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private static Process process(Path folder, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of("load-tests/gpu/run"));
    command.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    process.environment().put("DRY_RUN", "cpu");
    process.environment().put("CHAMELEON_JAVA", System.getProperty("java.home"));
    process.environment().put("CHAMELEON_SHAPE", "tiny");
    process.environment().put("CHAMELEON_WORK", folder.resolve("work").toString());
    process.environment().put("CHAMELEON_MODEL", folder.resolve("work/tiny").toString());
    process.environment().put("CHAMELEON_REPORTS", folder.resolve("reports").toString());
    process.environment().putAll(environment);
    return process.start();
  }

  private static JsonNode json(Path folder, String part) throws Exception {
    return JsonMapper.shared()
        .readTree(Files.readString(folder.resolve("reports/gpu-%s.json".formatted(part))));
  }

  private static JsonNode row(JsonNode rows, String name) {
    return rows.valueStream()
        .filter(row -> row.get("name").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
