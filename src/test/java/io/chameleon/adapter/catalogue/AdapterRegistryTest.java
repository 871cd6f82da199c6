package io.chameleon.adapter.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.catalogue.AdapterCatalogue.Refused;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Served;
import io.chameleon.adapter.peft.InvalidAdapterException;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterRegistryTest {

  private static final String BASE = "chameleon-demo";

  @TempDir Path temporary;

  @Test
  void open_demoAdapters_areAllServed() {
    DeviceModel model = model(FixtureFiles.resource("/demo-model/base"));
    try (AdapterRegistry registry =
        AdapterRegistry.open(List.of(FixtureFiles.resource("/demo-model/adapters")), model, BASE)) {
      AdapterCatalogue catalogue = registry.catalogue();
      assertThat(catalogue.refused()).isEmpty();
      assertThat(catalogue.served()).hasSize(26).extracting(Served::name).isSorted();
      assertThat(catalogue.served())
          .extracting(served -> served.version().contentHash())
          .containsOnly(Optional.empty());
      assertThat(catalogue.version("shakespeare").orElseThrow().shape().rank()).isEqualTo(128);
      assertThat(registry.find("nobody")).isEmpty();
    }
  }

  @Test
  void open_badAdapters_stopNoOther() {
    Path folder = FixtureFiles.fixture("llama-mha-untied");
    try (AdapterRegistry registry = open(folder)) {
      assertThat(registry.catalogue().served())
          .extracting(Served::name)
          .containsExactlyElementsOf(FixtureFiles.ADAPTERS);
      assertThat(registry.catalogue().refused())
          .extracting(Refused::name)
          .containsExactly("base", "bias-lora-only", "dora", "embedding-targets", "saved-lm-head");
      assertThat(registry.find("dora"))
          .hasValueSatisfying(entry -> assertThat(((Refused) entry).reason()).contains("DoRA"));
      assertThat(registry.find("base"))
          .hasValueSatisfying(entry ->
              assertThat(((Refused) entry).reason())
                  .isEqualTo("adapter_config.json: no such file"));
    }
  }

  @Test
  void open_folderThatIsAnAdapter_countsAsOne() {
    try (AdapterRegistry registry = open(FixtureFiles.fixture("llama-mha-untied/pattern"))) {
      assertThat(registry.catalogue().served()).extracting(Served::name).containsExactly("pattern");
    }
  }

  @Test
  void open_sameNameTwice_refusesTheSecond() {
    Path first = copy("pattern", temporary.resolve("one/same"));
    Path second = copy("some-layers", temporary.resolve("two/same"));
    try (AdapterRegistry registry = open(first.getParent(), second.getParent())) {
      assertThat(registry.find("same"))
          .hasValueSatisfying(entry ->
              assertThat(entry).isInstanceOf(Served.class).returns(first, e -> e.folder()));
      assertThat(registry.catalogue().refused())
          .containsExactly(
              new Refused("same", second, "the name is taken by the adapter in " + first));
    }
  }

  @Test
  void open_filesAndHiddenFolders_arePassedOver() throws IOException {
    copy("pattern", temporary.resolve("good"));
    copy("pattern", temporary.resolve(".cache"));
    Files.writeString(temporary.resolve("README.md"), "x");
    try (AdapterRegistry registry = open(temporary)) {
      assertThat(registry.catalogue().entries())
          .extracting(AdapterCatalogue.Entry::name)
          .containsExactly("good");
    }
  }

  @Test
  void open_missingFolder_throws() {
    assertThatThrownBy(() -> open(temporary.resolve("nowhere")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nowhere: no such adapter folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "sql", "my adapter", "Größe-2.0_x", "日本語", "a@b", "base-2"})
  void checkName_usual_isAccepted(String name) {
    AdapterNames.check(name, BASE);
    assertThat(name).isNotEqualTo(BASE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " a",
        "a ",
        "a,b",
        "a/b",
        "a\\b",
        "a:b",
        "a\nb",
        "a\u0085b",
        "\uD800",
        "a\uFFFD",
        BASE,
      })
  void checkName_unusable_isRefused(String name) {
    assertThatThrownBy(() -> AdapterNames.check(name, BASE))
        .isInstanceOf(InvalidAdapterException.class)
        .hasMessageStartingWith("the name ");
  }

  @Test
  void checkName_length_isBounded() {
    AdapterNames.check("a".repeat(200), BASE);
    assertThatThrownBy(() -> AdapterNames.check("a".repeat(201), BASE))
        .hasMessage("the name is 201 characters long; supported are 1 to 200");
  }

  private static AdapterRegistry open(Path... folders) {
    return AdapterRegistry.open(
        List.of(folders), model(FixtureFiles.fixture("llama-mha-untied/base")), BASE);
  }

  private static Path copy(String adapter, Path target) {
    return FixtureFiles.copy(FixtureFiles.fixture("llama-mha-untied/" + adapter), target);
  }

  private static DeviceModel model(Path base) {
    try (Checkpoint checkpoint = Checkpoint.open(base)) {
      return DeviceModel.float32(checkpoint.config());
    }
  }
}
