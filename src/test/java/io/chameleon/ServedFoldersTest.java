package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedFoldersTest {

  @TempDir private Path folder;

  @Test
  void of_modelFolder_isNamedByTheFolder() throws IOException {
    Path model = Files.createDirectory(folder.resolve("Llama-Tiny"));
    Path adapters = Files.createDirectory(folder.resolve("adapters"));

    ServedFolders folders = of(model + "/", "", adapters);

    assertThat(folders).isEqualTo(new ServedFolders("Llama-Tiny", model, List.of(adapters)));
  }

  @Test
  void of_roundaboutPath_isNamedByWhereItLeads() throws IOException {
    Path model = Files.createDirectory(folder.resolve("real"));

    ServedFolders folders = of(folder + "/other/../real/.", "");

    assertThat(folders.modelId()).isEqualTo("real");
    assertThat(folders.model()).isEqualTo(model);
  }

  @Test
  void of_modelWithId_isNamedByTheId() {
    assertThat(of(folder.toString(), "my-model").modelId()).isEqualTo("my-model");
  }

  @Test
  void of_missingModel_isRefusedByWhatWasConfigured() {
    assertThatThrownBy(() -> of("no/such/model", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "chameleon.model names %s; there is no such folder",
            Path.of("no/such/model").toAbsolutePath());
  }

  @Test
  void of_modelThatIsAFile_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("model.gguf"), "x");
    assertThatThrownBy(() -> of(file.toString(), "")).hasMessageContaining("no such folder");
  }

  @Test
  void of_noModel_isTheDemoWithItsAdaptersBeforeOthers() throws IOException {
    Path own = Files.createDirectory(folder.resolve("own"));

    ServedFolders folders = of("", "", own);

    assertThat(folders.modelId()).isEqualTo("chameleon-demo");
    assertThat(folders.model().resolve("config.json")).isRegularFile();
    assertThat(folders.adapters()).hasSize(2).endsWith(own);
    assertThat(folders.adapters().getFirst().resolve("sql/adapter_config.json")).isRegularFile();
    assertThat(of("", "named").modelId()).isEqualTo("named");
  }

  private static ServedFolders of(String model, String id, Path... adapters) {
    return ServedFolders.of(new ChameleonProperties(model, id, List.of(adapters), 0));
  }
}
