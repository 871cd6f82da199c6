package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdaptiveOptionsTest {

  @Test
  void options_ofNothing_areThePapersRequestsWithoutTraces() {
    AdaptiveOptions options = AdaptiveOptions.parse();

    assertThat(options.requests()).isEqualTo(19_366);
    assertThat(options.loads()).hasSize(21).startsWith(7.0, 7.25).endsWith(12.0);
    assertThat(options.traces()).isNull();
  }

  @Test
  void options_given_areTaken() {
    AdaptiveOptions options =
        AdaptiveOptions.parse(
            "--requests=100", "--seeds", "2", "--loads", "9,8.5", "--traces", "a", "--report", "b");

    assertThat(options)
        .isEqualTo(new AdaptiveOptions(100, 2, List.of(8.5, 9.0), Path.of("a"), Path.of("b")));
  }

  @Test
  void options_thatAreWrong_areNamed() {
    assertThatThrownBy(() -> AdaptiveOptions.parse("--load", "1"))
        .hasMessage("Unknown option --load");
    assertThatThrownBy(() -> AdaptiveOptions.parse("--loads", "0"))
        .hasMessage("--loads is 0; it must be over 0");
    assertThatThrownBy(() -> AdaptiveOptions.parse("--loads", "x"))
        .hasMessage("--loads is x; it must be a number");
  }

  @Test
  void traces_thatAreMissing_areLeftOutByName(@TempDir Path empty) {
    AdaptiveCase base = AdaptiveCase.base(10, 1);

    assertThat(AdaptiveCase.all(base, empty, 4096))
        .extracting(AdaptiveCase::name)
        .containsExactly(
            "Azure conversation",
            "ranks all small",
            "ranks all large",
            "popularity drift",
            "predictor at 60 %",
            "bursts of 5 x");
    assertThat(AdaptiveCase.missing(empty))
        .containsExactly(
            "Azure code (AzureLLMInferenceTrace_code.csv)",
            "Mooncake conversation (mooncake_conversation_trace.jsonl)");
  }

  @Test
  void row_withAGoal_saysWhetherItIsMet() {
    AdaptiveRow row =
        new AdaptiveRow(
            "w", "l, 9.00/s", AdaptiveSystem.FIFO, "P99 TTFT ms", 2000, 900, Goal.atMost(0.5));

    assertThat(row.met()).isTrue();
    assertThat(row.markdown())
        .isEqualTo("| w | l, 9.00/s | fifo | P99 TTFT ms | 2000 | 900 | -55.0 % | <=0.5 | met |");
    assertThat(row.json()).containsEntry("ratio", 0.45).containsEntry("met", true);
  }
}
