package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.model.LinearModule;
import io.chameleon.scheduling.PolicyKind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProofOptionsTest {

  @Test
  void cliff_withoutOptions_isTheProofOfTheIssue() {
    CliffOptions options = CliffOptions.parse();

    assertThat(options.adapters()).containsExactly(1, 8, 16, 17, 32, 64, 128, 512);
    assertThat(options.laws()).containsExactly(PopularityLaw.ZIPF, PopularityLaw.UNIFORM);
    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.out()).isEqualTo(Path.of("target/reports"));
  }

  @Test
  void cliff_options_areRead() {
    CliffOptions options =
        CliffOptions.parse(
            "--quick",
            "--seconds=5",
            "--rounds",
            "2",
            "--adapters=32,4,32",
            "--laws=uniform",
            "--seed=-7",
            "--threads=1",
            "--model=/m",
            "--out=/o");

    assertThat(options)
        .isEqualTo(
            new CliffOptions(
                "/m", 1, 5, 2, List.of(4, 32), List.of(PopularityLaw.UNIFORM), -7, Path.of("/o")));
  }

  @Test
  void ramp_options_areRead() {
    assertThat(RampOptions.parse("--seconds=2", "--threads=1", "--seed=9", "--out=/o"))
        .isEqualTo(new RampOptions("", 1, 2, 9, Path.of("/o")));
    assertThat(RampOptions.parse("--quick").seconds()).isLessThan(1);
  }

  @Test
  void adapters_options_areRead() {
    AdaptersOptions options =
        AdaptersOptions.parse("--count=3", "--rank=4", "--modules=q,down", "--model=/m");

    assertThat(options.count()).isEqualTo(3);
    assertThat(options.ranks()).containsExactly(4);
    assertThat(options.modules()).containsExactly(LinearModule.Q, LinearModule.DOWN);
    assertThat(options.model()).isEqualTo("/m");
  }

  @Test
  void honest_withoutOptions_isTheProofOfTheIssue() {
    HonestOptions options = HonestOptions.parse();

    assertThat(options.policies())
        .contains(PolicyKind.FIFO, PolicyKind.SJF, PolicyKind.CHAMELEON)
        .doesNotContain(PolicyKind.S_LORA);
    assertThat(options.percents()).containsExactly(50, 70, 90);
    assertThat(options.profile()).isEmpty();
    assertThat(options.stage()).isEqualTo(StageOptions.DEFAULT);
  }

  @Test
  void honest_options_areRead() {
    HonestOptions options =
        HonestOptions.parse(
            "--policies=sjf,fifo",
            "--loads=60,30,60",
            "--seconds=4",
            "--warm-up=2",
            "--profile=/p.yaml",
            "--phase=200",
            "--no-pin",
            "--late=500",
            "--seed=3",
            "--model=/m",
            "--out=/o");

    assertThat(options)
        .isEqualTo(
            new HonestOptions(
                new StageOptions("/m", 3, false, 500, Path.of("/o")),
                List.of(PolicyKind.SJF, PolicyKind.FIFO),
                List.of(30, 60),
                4,
                2,
                "/p.yaml",
                200));
  }

  @Test
  void overload_options_areRead() {
    assertThat(OverloadOptions.parse())
        .isEqualTo(new OverloadOptions(StageOptions.DEFAULT, PolicyKind.FIFO, 60, 10, 2000, 20));
    assertThat(
            OverloadOptions.parse(
                "--policy=chameleon", "--seconds=5", "--times=3", "--deadline=700", "--capacity=2"))
        .isEqualTo(new OverloadOptions(StageOptions.DEFAULT, PolicyKind.CHAMELEON, 5, 3, 700, 2));
  }

  @Test
  void fit_options_areRead() {
    assertThat(FitOptions.parse("--phase=250", "--seed=1").phaseMillis()).isEqualTo(250);
    assertThat(FitOptions.parse("--seed=1").stage().seed()).isEqualTo(1);
  }

  @Test
  void mistakes_areNamed() {
    assertThatThrownBy(() -> CliffOptions.parse("--adapters=1,x"))
        .hasMessage("--adapters is x; it must be a number");
    assertThatThrownBy(() -> CliffOptions.parse("--adapters=0"))
        .hasMessage("--adapters is 0; it must be 1 to 9999");
    assertThatThrownBy(() -> CliffOptions.parse("--fast")).hasMessage("Unknown option --fast");
    assertThatThrownBy(() -> HonestOptions.parse("--policies=lottery"))
        .hasMessageStartingWith("chameleon.scheduling.policy is 'lottery'");
    assertThatThrownBy(() -> OverloadOptions.parse("--fast")).hasMessage("Unknown option --fast");
    assertThatThrownBy(() -> RampOptions.parse("--out")).hasMessage("--out needs a value");
    assertThatThrownBy(() -> AdaptersOptions.parse("--laws=zipf"))
        .hasMessage("Unknown option --laws");
  }
}
