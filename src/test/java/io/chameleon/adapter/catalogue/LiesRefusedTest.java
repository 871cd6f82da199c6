package io.chameleon.adapter.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.catalogue.AdapterCatalogue.Served;
import io.chameleon.adapter.catalogue.AdapterLies.Lie;
import io.chameleon.adapter.peft.InvalidAdapterException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many mutations of a good adapter in one folder with it: each is refused, at the look or when its
 * weights are read, with a cause that a person understands; none costs memory, and the good one
 * stays served.
 */
@Timeout(120)
class LiesRefusedTest {

  private static final int FEWEST_LIES = 40;
  private static final int ROUNDS = 20;
  private static final long MOST_HEAP_GROWTH = 4 << 20;

  @TempDir private Path temporary;

  private final CountedMemory memory = new CountedMemory();
  private final VersionReader reader = new VersionReader(CatalogueFixture.MODEL, memory);
  private CatalogueFixture fixture;
  private List<Lie> lies = List.of();

  @BeforeEach
  void makeLies() throws IOException {
    fixture = new CatalogueFixture(temporary);
    // What cannot be dated back is old all the same.
    fixture.now = Instant.parse("2100-01-01T00:00:00Z");
    Path outside = CatalogueFixture.copy("pattern", fixture.elsewhere.resolve("outside"));
    fixture.add("pattern", "good");
    lies = AdapterLies.all(outside);
    for (Lie lie : lies) {
      lie.change().make(CatalogueFixture.copy("pattern", fixture.root.resolve(lie.name())));
    }
  }

  @Test
  void lies_all_areRefusedEachForItsReason() throws IOException {
    assertThat(lies).hasSizeGreaterThanOrEqualTo(FEWEST_LIES);
    lookAndRead();

    assertThat(fixture.served()).containsExactly("good");
    assertThat(fixture.version("good").contentHash()).isPresent();
    SoftAssertions softly = new SoftAssertions();
    for (Lie lie : lies) {
      softly.assertThat(fixture.reason(lie.name())).as(lie.name()).contains(lie.reason());
    }
    softly.assertAll();
  }

  @Test
  void lies_readAgainAndAgain_keepNoMemory() throws IOException {
    lookAndRead();
    Map<String, String> reasons = reasons();
    lookAndRead();
    long heap = usedHeap();
    for (int round = 0; round < ROUNDS; round++) {
      lookAndRead();
      assertThat(memory.held()).isZero();
      assertThat(fixture.served()).containsExactly("good");
    }

    assertThat(reasons()).isEqualTo(reasons).hasSize(lies.size());
    assertThat(memory.given()).isGreaterThan(ROUNDS * 5L * 10_000);
    assertThat(usedHeap() - heap).isLessThan(MOST_HEAP_GROWTH);
  }

  /** Names that no folder can have, and places that nobody may load from. */
  @ParameterizedTest
  @CsvSource({
    "a/b, elsewhere/outside, the name holds U+002F",
    "'a,b', elsewhere/outside, the name holds U+002C",
    "'', elsewhere/outside, the name is 0 characters long",
    "chameleon-demo, elsewhere/outside, the name is the id of the base model",
    "fine, secret, is no folder that adapters may be loaded from",
    "fine, elsewhere/../secret, is no folder that adapters may be loaded from",
    "fine, elsewhere/link, is no folder that adapters may be loaded from",
    "fine, elsewhere/nowhere, is no folder that adapters may be loaded from",
    "fine, ../../../../../../../../etc, is no folder that adapters may be loaded from",
    "fine, elsewhere/inner-link, adapter_model.safetensors is a link that leads out",
    "fine, elsewhere, adapter_config.json: no such file",
  })
  void load_lie_isRefusedAndServesNothing(String name, String folder, String reason)
      throws IOException {
    Path secret = CatalogueFixture.copy("pattern", temporary.resolve("secret"));
    Files.createSymbolicLink(fixture.elsewhere.resolve("link"), secret);
    Path inner = CatalogueFixture.copy("pattern", fixture.elsewhere.resolve("inner-link"));
    Files.delete(inner.resolve("adapter_model.safetensors"));
    Files.createSymbolicLink(
        inner.resolve("adapter_model.safetensors"), secret.resolve("adapter_model.safetensors"));

    assertThatThrownBy(() -> fixture.registry.load(name, temporary.resolve(folder), true))
        .isInstanceOf(InvalidAdapterException.class)
        .hasMessageContaining(reason);
    assertThat(fixture.registry.find("fine")).isEmpty();
  }

  @Test
  void load_longName_isRefused() {
    Path folder = fixture.elsewhere.resolve("outside");
    assertThatThrownBy(() -> fixture.registry.load("x".repeat(300), folder, false))
        .isInstanceOf(InvalidAdapterException.class)
        .hasMessageContaining("the name is 300 characters long; supported are 1 to 200");
  }

  /** Every folder looks new, so that all of it is read anew; then whatever is served is read. */
  private void lookAndRead() throws IOException {
    fixture.now = fixture.now.plusSeconds(10);
    for (String name : allNames()) {
      Path folder = fixture.root.resolve(name);
      if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        CatalogueFixture.date(folder, fixture.now.minusSeconds(5));
      }
    }
    fixture.registry.look();
    for (Served served : fixture.registry.catalogue().served()) {
      try {
        reader.read(served.version());
      } catch (InvalidAdapterException e) {
        fixture.registry.refuse(served.version(), String.valueOf(e.getMessage()));
      }
    }
  }

  private List<String> allNames() {
    List<String> names = new ArrayList<>(List.of("good"));
    lies.forEach(lie -> names.add(lie.name()));
    return names;
  }

  private Map<String, String> reasons() {
    Map<String, String> reasons = new TreeMap<>();
    lies.forEach(lie -> reasons.put(lie.name(), fixture.reason(lie.name())));
    return reasons;
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
