package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.scheduling.PolicyKind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LiveOptionsTest {

  @Test
  void paper_withoutOptions_runsFourPoliciesOverFourLoads() {
    LivePaperOptions options = LivePaperOptions.parse();

    assertThat(options.policies())
        .extracting(PolicyKind::propertyName)
        .containsExactly("fifo", "s-lora", "chameleon", "adaptive");
    assertThat(options.percents()).containsExactly(30, 60, 80, 100);
    assertThat(options.live().cells()).isEqualTo(60_006);
    assertThat(options.sloraBatchTokens()).isEqualTo(8192);
    assertThat(options.profile()).isEmpty();
  }

  @Test
  void paper_withOptions_takesThem() {
    LivePaperOptions options =
        LivePaperOptions.parse(
            "--policies",
            "fifo",
            "--loads=80,20",
            "--cpu",
            "--cells",
            "900",
            "--sequences",
            "8",
            "--batch-tokens",
            "64",
            "--heap",
            "1g",
            "--model",
            "m",
            "--adapters",
            "kept",
            "--out",
            "o",
            "--seed",
            "7",
            "--divisor",
            "16",
            "--adapters-of",
            "5",
            "--capacity",
            "3",
            "--s-lora-batch-tokens=96",
            "--profile",
            "p.yaml",
            "--popularity",
            "power");

    assertThat(options.percents()).containsExactly(20, 80);
    assertThat(options.live())
        .isEqualTo(new LiveOptions("m", "kept", true, 900, 8, 64, "1g", 7, Path.of("o")));
    assertThat(options.capacity()).isEqualTo(3);
    assertThat(options.sloraBatchTokens()).isEqualTo(96);
  }

  @Test
  void options_mistaken_areNamed() {
    assertThatThrownBy(() -> LivePaperOptions.parse("--s-lora-batch-tokens", "128"))
        .hasMessage("--s-lora-batch-tokens is 128; it must be at least --sequences, 256");
    assertThatThrownBy(() -> LivePaperOptions.parse("--popularity", "x"))
        .hasMessageContaining("no popularity 'x'");
    assertThatThrownBy(() -> SoakOptions.parse("--rate", "1")).hasMessage("Unknown option --rate");
    assertThatThrownBy(() -> LiveCliffOptions.parse("--large", "0"))
        .hasMessage("--large is 0; it must be 1 to 9999");
    assertThatThrownBy(() -> ModelOptions.parse("--shape", "x")).hasMessageContaining("no shape x");
  }

  @Test
  void cliff_withNone_leavesASetOut() {
    LiveCliffOptions options = LiveCliffOptions.parse("--small", "none", "--large", "8,1,8");

    assertThat(options.small()).isEmpty();
    assertThat(options.large()).containsExactly(1, 8);
  }

  @Test
  void soak_hasAnArenaThatIsTooSmall() {
    assertThat(SoakOptions.parse().live().cells()).isEqualTo(16_000);
    assertThat(SoakOptions.parse("--cells", "99").live().cells()).isEqualTo(99);
    assertThat(SoakOptions.parse().batchInvariant()).isFalse();
    assertThat(SoakOptions.parse("--batch-invariant").batchInvariant()).isTrue();
  }
}
