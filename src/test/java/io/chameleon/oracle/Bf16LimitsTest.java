package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Bf16LimitsTest {

  @TempDir Path folder;

  @Test
  void limits_ofAMeasuredPeer_areMultiplesOfItsError() throws IOException {
    Bf16Limits limits = Bf16Limits.of(file("{\"cases\": 58, \"bf16LogitError\": 0.12}"));
    assertThat(limits.logits()).isCloseTo(0.15, within(1e-9));
    assertThat(limits.tie()).isCloseTo(0.48, within(1e-9));
    assertThat(limits)
        .hasToString(
            "transformers in bf16 is off by 0.120 here; logits may be off by 0.150, "
                + "tokens may differ where golden logits are within 0.480");
  }

  @Test
  void limits_ofAnErrorOfZero_areRefused() throws IOException {
    Path file = file("{\"bf16LogitError\": 0.0}");
    assertThatThrownBy(() -> Bf16Limits.of(file)).hasMessageContaining("is 0.0; it must be over 0");
  }

  @Test
  void limits_ofAReportWithoutTheError_areRefused() throws IOException {
    Path file = file("{\"float32LogitError\": 2e-5}");
    assertThatThrownBy(() -> Bf16Limits.of(file)).hasMessageContaining("bf16LogitError");
  }

  private Path file(String json) throws IOException {
    return Files.writeString(folder.resolve("peer-error.json"), json);
  }
}
