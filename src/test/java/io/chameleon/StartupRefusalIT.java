package io.chameleon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.FixtureFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts the packaged jar with what it cannot serve, and reads what a user would read. */
@Timeout(120)
class StartupRefusalIT {

  private static final Path JAR = Path.of("target", "chameleon.jar").toAbsolutePath();

  private static final String BANNER = "APPLICATION FAILED TO START";

  @TempDir Path folder;

  @Test
  void start_withoutAModelFolder_saysSo() throws Exception {
    assertRefused(
        "chameleon.model names %s; there is no such folder".formatted(folder.resolve("none")),
        "--chameleon.model=" + folder.resolve("none"));
  }

  @Test
  void start_withAnUnsupportedModel_namesFieldValueAndWhatIsSupported() throws Exception {
    FixtureFiles.copy(FixtureFiles.resource("/demo-model/base"), folder.resolve("model"));
    FixtureFiles.setField(folder.resolve("model/config.json"), "model_type", "\"mixtral\"");

    assertRefused(
        "config.json: model_type is \"mixtral\"; supported is llama, mistral, qwen2, qwen3",
        "--chameleon.model=" + folder.resolve("model"));
  }

  @Test
  void start_withoutATokenizer_namesTheFile() throws Exception {
    Path model = FixtureFiles.fixture("llama-mha-untied/base");

    assertRefused(
        model.resolve("tokenizer.json") + ": a model folder must have the fast tokenizer's",
        "--chameleon.model=" + model);
  }

  @Test
  void start_withAPropertyOutOfRange_namesIt() throws Exception {
    assertRefused(
        "chameleon.memory.fraction is 2.0; it must be 0 (by device) to 0.95",
        "--chameleon.memory.fraction=2");
  }

  @Test
  void start_withTooLittleMemory_saysHowMuchIsMissing() throws Exception {
    assertRefused(
        "chameleon.memory gives the arena 4096 bytes; a single token takes 8192",
        "--chameleon.memory.arena=4096B");
  }

  private void assertRefused(String message, String option) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command = new ArrayList<>(List.of(java.toString(), "-jar", JAR.toString()));
    command.addAll(List.of(option, "--server.port=0"));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(log, UTF_8);
    assertThat(process.exitValue()).as(output).isEqualTo(1);
    assertThat(output).contains(BANNER, message);
    assertThat(output.substring(output.indexOf(BANNER)))
        .contains("Description:", "Action:")
        .doesNotContain("\tat ");
  }
}
