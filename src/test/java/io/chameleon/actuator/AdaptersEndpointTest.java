package io.chameleon.actuator;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.actuator.AdaptersEndpoint.AdapterDescriptor;
import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.model.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** The endpoint and the health indicator over adapters of which four are to be refused. */
class AdaptersEndpointTest {

  private static final Path FOLDER = FixtureFiles.fixture("llama-mha-untied");
  private static final List<String> REFUSED =
      List.of("bias-lora-only", "dora", "embedding-targets", "saved-lm-head");

  private final AdapterRegistry registry = open();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void adapters_servedAndRefused_areListedByName() {
    AdaptersEndpoint.AdaptersDescriptor all = new AdaptersEndpoint(registry::catalogue).adapters();

    assertThat(all.served()).isEqualTo(FixtureFiles.ADAPTERS.size());
    // The base model's folder lies among them, which is no adapter.
    assertThat(all.refused()).isEqualTo(REFUSED.size() + 1);
    assertThat(all.adapters())
        .hasSize(all.served() + all.refused())
        .extracting(AdapterDescriptor::name)
        .isSorted()
        .containsAll(REFUSED)
        .containsAll(FixtureFiles.ADAPTERS);
  }

  @Test
  void adapters_served_tellRankAndHashOnceKnown() {
    AdapterDescriptor served = find("pattern");

    assertThat(served.status()).isEqualTo("served");
    assertThat(served.rank()).isEqualTo(20);
    assertThat(served.contentHash()).as("before its weights are read").isNull();
    registry.catalogue().version("pattern").orElseThrow().identify("00ff");
    assertThat(find("pattern").contentHash()).isEqualTo("00ff");
    assertThat(served.reason()).isNull();
  }

  @Test
  void adapters_refused_tellTheReasonAlone() {
    AdapterDescriptor refused = find("dora");

    assertThat(refused.status()).isEqualTo("refused");
    assertThat(refused.reason()).contains("use_dora");
    assertThat(refused.rank()).isNull();
    assertThat(refused.contentHash()).isNull();
  }

  @Test
  void health_withRefusedAdapters_isUpAndNamesThem() {
    Health health = new AdaptersHealthIndicator(registry::catalogue).health();

    assertThat(health.getStatus()).isEqualTo(Status.UP);
    assertThat(health.getDetails()).containsEntry("served", FixtureFiles.ADAPTERS.size());
    assertThat(health.getDetails().get("refused"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsKeys(REFUSED.toArray())
        .doesNotContainKeys(FixtureFiles.ADAPTERS.toArray());
  }

  @Test
  void health_withoutAdapters_isUp() {
    Health health = new AdaptersHealthIndicator(() -> new AdapterCatalogue(List.of())).health();

    assertThat(health.getStatus()).isEqualTo(Status.UP);
    assertThat(health.getDetails()).isEqualTo(Map.of("served", 0, "refused", Map.of()));
  }

  private AdapterDescriptor find(String name) {
    return new AdaptersEndpoint(registry::catalogue)
        .adapters().adapters().stream()
            .filter(adapter -> adapter.name().equals(name))
            .findFirst()
            .orElseThrow();
  }

  private static AdapterRegistry open() {
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER.resolve("base"))) {
      return AdapterRegistry.open(List.of(FOLDER), checkpoint.config(), "tiny");
    }
  }
}
