package io.chameleon.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.TestLength;
import io.chameleon.simulation.ProfileFile;
import io.chameleon.simulation.SimulationProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the packaged commands as a user would. How fast anything is, is not their business. */
@Timeout(600)
class HonestCommandIT {

  @Test
  void honest_short_reportsEveryCell(@TempDir Path folder) throws Exception {
    List<String> policies =
        TestLength.isWhole() ? List.of("fifo", "chameleon") : List.of("chameleon");
    String output = bench(folder, honest(policies));

    assertThat(output)
        .contains("capacity ", "way      ", "met:    no request was turned away: 0 were");
    JsonNode rows = JsonMapper.shared().readTree(folder.resolve("honest.json"));
    assertThat(rows.valueStream().map(row -> row.get("policy").asString()).distinct())
        .containsExactlyElementsOf(policies);
    assertThat(rows).hasSize(5 * policies.size());
    for (JsonNode row : rows) {
      for (String side : List.of("live", "simulated")) {
        assertThat(row.get(side).asDouble()).as("%s of %s", side, row).isFinite().isPositive();
      }
    }
    assertThat(files(folder))
        .as("the adapters are gone")
        .contains("honest.json", "service-chameleon.log")
        .noneMatch(name -> name.startsWith("proof-adapters"));
  }

  /** A start with all but the engine on one core takes twice as long, so few are pinned. */
  private static String[] honest(List<String> policies) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "honest",
                "--policies=" + String.join(",", policies),
                "--loads=50",
                TestLength.of("--seconds=3", "--seconds=8"),
                "--warm-up=1",
                "--profile=src/main/resources/profiles/cpu-demo.yaml",
                "--late=60000"));
    if (!TestLength.isWhole()) {
      arguments.add("--no-pin");
    }
    return arguments.toArray(String[]::new);
  }

  /** Forty phases, however short, and two services: a minute and a half. */
  @Test
  @EnabledIfSystemProperty(named = TestLength.WHOLE, matches = "true")
  void fit_short_writesAProfileThatCanBeRead(@TempDir Path folder) throws Exception {
    String output = bench(folder, "fit", "--phase=30");

    assertThat(output)
        .contains("root mean square of the relative errors", "with a cost of", "link     ");
    SimulationProfile profile = ProfileFile.load(folder.resolve("cpu-demo.yaml").toString());
    assertThat(profile.stepCost().prefill().fixedMs()).isPositive();
    assertThat(profile.limits().maxSequences()).isEqualTo(16);
  }

  @Test
  void overload_short_refusesAndEndsIdle(@TempDir Path folder) throws Exception {
    String output =
        bench(
            folder,
            "overload",
            "--seconds=3",
            "--times=4",
            "--capacity=2",
            "--deadline=1000",
            "--no-pin",
            "--late=60000");

    assertThat(output).contains("NOT PINNED: not wanted");
    JsonNode rows = JsonMapper.shared().readTree(folder.resolve("overload.json"));
    for (String goal :
        List.of(
            "refused-without-hint",
            "failed",
            "left-waiting",
            "left-running",
            "left-kv",
            "left-unhealthy")) {
      assertThat(row(rows, goal).get("met").asBoolean()).as(goal).isTrue();
    }
    assertThat(row(rows, "accepted").get("value").asInt()).isPositive();
    assertThat(row(rows, "refused").get("value").asInt()).isPositive();
  }

  @Test
  void service_thatDoesNotStart_saysWhatItPrinted(@TempDir Path folder) {
    assertThatThrownBy(() ->
            ServiceProcess.start(
                "any", List.of(), List.of("--chameleon.threads=-1"), folder.resolve("log")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("the service ended; it printed:")
        .hasMessageContaining("chameleon.threads is -1");
  }

  private static JsonNode row(JsonNode rows, String name) {
    return rows.valueStream()
        .filter(row -> row.get("name").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String bench(Path folder, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Path.of("target", "chameleon.jar").toString(),
                "bench"));
    command.addAll(List.of(arguments));
    command.add("--out=" + folder);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static List<String> files(Path folder) throws Exception {
    try (Stream<Path> left = Files.list(folder)) {
      return left.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }
}
