package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.scheduling.PolicyKind;
import io.chameleon.simulation.SimulationSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    "--rate, 0, --rate is 0; it must be over 0",
    "--rate, fast, --rate is fast; it must be a number",
    "--requests, 0, --requests is 0; it must be 1 to 10000000",
    "--profile, b, 'no profile b; known profiles are: a40-llama-7b, cpu-demo'",
    "--speed, 1, Unknown option --speed"
  })
  void parse_whatIsWrong_isRefused(String option, String value, String message) {
    assertThatThrownBy(() -> SimulateOptions.parse(option, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
