package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.simulation.SimulationSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulateOptionsTest {

  @Test
  void parse_nothing_isThePapersRun() {
    SimulateOptions options = SimulateOptions.parse();

    assertThat(options.profile().name()).isEqualTo("a40-llama-7b");
    assertThat(options.policies()).containsExactly(PolicyKind.FIFO);
    assertThat(options.rates()).containsExactly(5.0, 6.0, 7.0, 8.0, 9.0);
    assertThat(options.workload().count()).isEqualTo(19_366);
    assertThat(options.workload().adapters().size()).isEqualTo(100);
  }

  @Test
  void parse_all_setsAll() {
    SimulateOptions options =
        SimulateOptions.parse(
            "--profile=cpu-demo",
            "--policy",
            "fifo,fifo",
            "--rate",
            "0.5,12",
            "--requests",
            "30",
            "--adapters",
            "7",
            "--seed",
            "5");

    assertThat(options.profile().name()).isEqualTo("cpu-demo");
    assertThat(options.policies()).hasSize(2);
    assertThat(options.rates()).containsExactly(0.5, 12.0);
    assertThat(options.workload().seed()).isEqualTo(5);
    SimulationSetup setup = options.setup(PolicyKind.FIFO, 12);
    assertThat(setup.workload().size()).isEqualTo(30);
    assertThat(setup.adapters().size()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "--arrivals, poisson",
    "--arrivals, gamma:0.5",
    "--arrivals, bursts",
    "--arrivals, diurnal:0.3",
    "--popularity, zipf:0.9",
    "--popularity, power",
    "--popularity, uniform",
    "--popularity, drift",
    "--popularity, clients:0.2"
  })
  void parse_law_givesAWorkloadOfAboutItsRate(String option, String name) {
    SimulateOptions options = SimulateOptions.parse(option, name, "--requests=3000");

    assertThat(options.setup(PolicyKind.FIFO, 8).workload().meanRate())
        .isBetween(6.0, name.equals("bursts") ? 16.0 : 10.0);
  }

  @Test
  void parse_laws_differ() {
    List<SimulateOptions> all =
        Stream.of("zipf:0.9", "power", "uniform", "drift", "clients:0.2")
            .map(name -> SimulateOptions.parse("--popularity", name, "--requests=300"))
            .toList();

    assertThat(all.stream().map(o -> o.setup(PolicyKind.FIFO, 8).workload().requests()).distinct())
        .hasSize(all.size());
  }

  @Test
  void parse_replay_asksForWhatWasRecorded(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("traffic.jsonl");
    Files.writeString(
        file,
        """
        {"t":100.0,"adapter":"legal","input":30,"output":4,"maxTokens":9}
        {"t":102.0,"adapter":null,"input":40,"output":5,"maxTokens":5}
        {"t":104.0,"adapter":"medical","input":50,"output":6,"maxTokens":6}
        """);

    SimulateOptions options =
        SimulateOptions.parse("--replay", file.toString(), "--eviction", "lru");

    SimulationSetup setup = options.setup(PolicyKind.SJF, options.rates().getFirst());
    assertThat(setup.workload().requests())
        .extracting(r ->
            "%.1f %d %d %d".formatted(r.seconds(), r.inputTokens(), r.outputTokens(), r.adapter()))
        .containsExactly("0.0 30 4 0", "2.0 40 5 -1", "4.0 50 6 1");
    assertThat(setup.adapters().size()).isEqualTo(2);
    assertThat(setup.settings().eviction()).isEqualTo(EvictionKind.LRU);
    assertThat(setup.settings().policy()).isEqualTo(PolicyKind.SJF);
  }

  @Test
  void parse_otherMemoryAndEvictions_areCompared() {
    SimulateOptions options =
        SimulateOptions.parse(
            "--cells", "1234", "--eviction", "lru,tail", "--policy", "sjf", "--report", "out");

    assertThat(options.variants())
        .extracting(SimulateOptions.Variant::name)
        .containsExactly("sjf, lru", "sjf, tail");
    assertThat(options.variants())
        .extracting(variant -> options.setup(variant, 5).settings().eviction())
        .containsExactly(EvictionKind.LRU, EvictionKind.TAIL);
    assertThat(options.setup(PolicyKind.SJF, 5).profile().cells()).isEqualTo(1234);
    assertThat(options.report()).isEqualTo(Path.of("out"));
  }

  @Test
  void parse_oneEviction_isNotNamed() {
    assertThat(SimulateOptions.parse("--policy", "sjf,fifo").variants())
        .extracting(SimulateOptions.Variant::name)
        .containsExactly("sjf", "fifo");
  }

  @Test
  void parse_replayOfNoFile_isRefused() {
    assertThatThrownBy(() -> SimulateOptions.parse("--replay", "nowhere.jsonl"))
        .hasMessageContaining("nowhere.jsonl does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void parse_ofHelp_asksForItAndForNothingElse(String option) {
    assertThatThrownBy(() -> SimulateOptions.parse("--rate", "5", option))
        .isInstanceOf(HelpWantedException.class);
    assertThat(HelpWantedException.explain(new HelpWantedException(), "usage")).isZero();
    assertThat(HelpWantedException.explain(new IllegalArgumentException("wrong"), "usage"))
        .isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "--rate, 0, --rate is 0; it must be over 0",
    "--rate, fast, --rate is fast; it must be a number",
    "--requests, 0, --requests is 0; it must be 1 to 10000000",
    "--arrivals, b, 'no arrivals ''b''; there are poisson, gamma, bursts and diurnal'",
    "--arrivals, gamma:x, 'gamma:x: what follows the colon must be a number'",
    "--popularity, b, 'no popularity ''b''; there are zipf, power, uniform, drift and clients'",
    "--profile, b, 'no profile b; known profiles are: a40-llama-7b, cpu-demo, h200-llama-7b'",
    "--speed, 1, Unknown option --speed"
  })
  void parse_whatIsWrong_isRefused(String option, String value, String message) {
    assertThatThrownBy(() -> SimulateOptions.parse(option, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
