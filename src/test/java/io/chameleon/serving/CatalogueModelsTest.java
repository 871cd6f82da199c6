package io.chameleon.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.peft.AdapterFile;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.model.Checkpoint;
import io.chameleon.request.AdapterRefusedException;
import io.chameleon.request.UnknownModelException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueModelsTest {

  private static final Instant CREATED = Instant.parse("2026-11-24T10:00:00Z");
  private static final Path FOLDER = FixtureFiles.fixture("llama-mha-untied/qv-r12-rslora");

  private final AdapterFile file = open();
  private AdapterCatalogue catalogue =
      new AdapterCatalogue(
          List.of(
              new AdapterCatalogue.Served("zebra", FOLDER, file, "ff00"),
              new AdapterCatalogue.Refused("broken", FOLDER, "it holds NaN"),
              new AdapterCatalogue.Served("ant", FOLDER, file, "00ff")));
  private final CatalogueModels models = new CatalogueModels("base", 512, CREATED, () -> catalogue);

  @AfterEach
  void close() {
    file.close();
  }

  @Test
  void all_baseFirstThenServedAdaptersByName() {
    assertThat(models.all())
        .containsExactly(
            new ServedModel("base", null, "base", null, 512, CREATED),
            new ServedModel("ant", "ant", "ant@sha256:00ff", "base", 512, CREATED),
            new ServedModel("zebra", "zebra", "zebra@sha256:ff00", "base", 512, CREATED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ant", "base:ant"})
  void find_adapter_understandsBothSpellings(String name) {
    assertThat(models.find(name).adapter()).isEqualTo("ant");
    assertThat(models.find(name).id()).isEqualTo("ant");
  }

  @Test
  void find_base_hasNoAdapter() {
    assertThat(models.find("base").adapter()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"broken", "base:broken"})
  void find_refusedAdapter_tellsWhy(String name) {
    assertThatThrownBy(() -> models.find(name))
        .isInstanceOf(AdapterRefusedException.class)
        .hasMessage("The adapter `broken` is not served: it holds NaN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "none", "base:", "base:base", "base:none", "ant:base", "Base", "ant "})
  void find_unknownName_isRefusedByTheNameAskedFor(String name) {
    assertThatThrownBy(() -> models.find(name))
        .isInstanceOf(UnknownModelException.class)
        .hasMessage("The model `%s` does not exist.", name);
  }

  @Test
  void find_afterTheCatalogueChanged_seesTheNewOne() {
    catalogue = new AdapterCatalogue(List.of());

    assertThat(models.all()).hasSize(1);
    assertThatThrownBy(() -> models.find("ant")).isInstanceOf(UnknownModelException.class);
  }

  private static AdapterFile open() {
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER.resolveSibling("base"))) {
      return AdapterFile.open(FOLDER, checkpoint.config());
    }
  }
}
