package io.chameleon.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterSettings;
import io.chameleon.adapter.catalogue.AdapterShape;
import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.request.AdapterForbiddenException;
import io.chameleon.request.AdapterRefusedException;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.request.UnknownModelException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueModelsTest {

  private static final Instant CREATED = Instant.parse("2026-11-24T10:00:00Z");
  private static final Path FOLDER = FixtureFiles.fixture("llama-mha-untied/qv-r12-rslora");

  private final AdapterVersion ant = version("ant", Set.of());
  private final AdapterVersion zebra = version("zebra", Set.of("acme", "zoo"));
  private AdapterCatalogue catalogue =
      new AdapterCatalogue(
          List.of(
              new AdapterCatalogue.Served(zebra),
              new AdapterCatalogue.Refused("broken", FOLDER, "it holds NaN"),
              new AdapterCatalogue.Pending("new", FOLDER, "it is being copied"),
              new AdapterCatalogue.Unloaded("old", FOLDER),
              new AdapterCatalogue.Served(ant)));
  private final CatalogueModels models = new CatalogueModels("base", 512, CREATED, () -> catalogue);

  @Test
  void all_baseFirstThenServedAdaptersByName() {
    ant.identify("00ff");
    assertThat(models.all())
        .containsExactly(
            new ServedModel("base", null, "base", null, 512, CREATED),
            new ServedModel("ant", "ant", "ant@sha256:00ff", "base", 512, CREATED),
            new ServedModel("zebra", "zebra", "zebra", "base", 512, CREATED));
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

  @Test
  void find_adapterBeingCopied_saysThatItMayComeSoon() {
    assertThatThrownBy(() -> models.find("new"))
        .isInstanceOf(ServiceUnavailableException.class)
        .hasMessage("The adapter `new` is not served yet: it is being copied");
  }

  @Test
  void find_byATenantOfTheAdapter_findsIt() {
    assertThat(models.find("zebra", "zoo").adapter()).isEqualTo("zebra");
    assertThat(models.find("base:zebra", "acme").adapter()).isEqualTo("zebra");
  }

  @Test
  void find_byAnotherTenantOrNone_isForbidden() {
    assertThatThrownBy(() -> models.find("base:zebra", "other"))
        .isInstanceOf(AdapterForbiddenException.class)
        .hasMessage("The tenant `other` may not use the adapter `zebra`.");
    assertThatThrownBy(() -> models.find("zebra", null))
        .isInstanceOf(AdapterForbiddenException.class)
        .hasMessageContaining("`zebra` is for some tenants only");
  }

  @Test
  void find_baseOrOpenAdapter_isForEveryTenant() {
    assertThat(models.find("base", "anyone").adapter()).isNull();
    assertThat(models.find("ant", "anyone").adapter()).isEqualTo("ant");
    assertThat(models.find("ant", null).adapter()).isEqualTo("ant");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "none", "old", "base:", "base:base", "base:none", "ant:base", "Base", "ant "})
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

  private static AdapterVersion version(String name, Set<String> tenants) {
    AdapterShape shape = new AdapterShape(8, 1_024, Map.of());
    return new AdapterVersion(name, FOLDER, shape, new AdapterSettings(tenants, false, null));
  }
}
