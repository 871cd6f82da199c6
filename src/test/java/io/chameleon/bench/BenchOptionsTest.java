package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {

  @Test
  void nothing_measuresTheDemo_inFull() {
    BenchOptions options = BenchOptions.parse();

    assertThat(options.effort()).isEqualTo(Effort.FULL);
    assertThat(options.served().model()).isEmpty();
    assertThat(options.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(options.out()).isEqualTo(Path.of("target/reports"));
    assertThat(options.profile()).isFalse();
  }

  @Test
  void options_areRead_inBothForms() {
    BenchOptions options =
        BenchOptions.parse(
            "--quick",
            "--threads=3",
            "--model",
            "/m",
            "--adapters",
            "/a",
            "--adapters=/b",
            "--out",
            "/o=1",
            "--profile");

    assertThat(options.effort()).isEqualTo(Effort.QUICK);
    assertThat(options.threads()).isEqualTo(3);
    assertThat(options.served().model()).isEqualTo("/m");
    assertThat(options.served().adapters()).containsExactly(Path.of("/a"), Path.of("/b"));
    assertThat(options.out()).isEqualTo(Path.of("/o=1"));
    assertThat(options.profile()).isTrue();
  }

  @Test
  void mistakes_areNamed() {
    assertThatThrownBy(() -> BenchOptions.parse("--qick")).hasMessage("Unknown option --qick");
    assertThatThrownBy(() -> BenchOptions.parse("--quick=yes")).hasMessage("Unknown option yes");
    assertThatThrownBy(() -> BenchOptions.parse("--out")).hasMessage("--out needs a value");
    assertThatThrownBy(() -> BenchOptions.parse("--threads", "two"))
        .hasMessage("--threads is two; it must be a number");
    assertThatThrownBy(() -> BenchOptions.parse("--threads", "-1"))
        .hasMessage("chameleon.threads is -1; it must be 0 (all) to 1024");
  }
}
