package io.chameleon.adapter.catalogue;

import static io.chameleon.adapter.catalogue.CatalogueFixture.date;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.peft.AdapterFile;
import io.chameleon.adapter.peft.InvalidAdapterException;
import io.chameleon.adapter.peft.LlamaAdapters;
import io.chameleon.fixtures.FixtureFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionReaderTest {

  private static final String WEIGHTS = "adapter_model.safetensors";

  @TempDir private Path temporary;

  private final CountedMemory memory = new CountedMemory();
  private final VersionReader reader = new VersionReader(CatalogueFixture.MODEL, memory);
  private CatalogueFixture fixture;
  private Path folder;

  @BeforeEach
  void make() {
    fixture = new CatalogueFixture(temporary);
    folder = fixture.add("pattern", "a");
    fixture.look();
  }

  @AfterEach
  void nothingIsHeld() {
    assertThat(memory.held()).isZero();
  }

  @Test
  void open_version_identifiesItAndHoldsItsFileAlone() throws IOException {
    try (AdapterFile file = reader.open(fixture.version("a"))) {
      assertThat(fixture.version("a").contentHash()).hasValue(file.contentHash());
      assertThat(file.rank()).isEqualTo(fixture.version("a").shape().rank());
      assertThat(memory.held()).isEqualTo(Files.size(folder.resolve(WEIGHTS)));
    }
  }

  @Test
  void open_sameContentElsewhere_hasTheSameHash() throws IOException {
    fixture.add("pattern", "b");
    fixture.add("some-layers", "c");
    fixture.look();
    for (String name : fixture.served()) {
      reader.read(fixture.version(name));
    }

    assertThat(fixture.version("b").contentHash()).isEqualTo(fixture.version("a").contentHash());
    assertThat(fixture.version("c").contentHash()).isNotEqualTo(fixture.version("a").contentHash());
  }

  @Test
  void open_rightSha256_isServed() throws IOException {
    reader.read(fixture.version("a"));
    String hash = fixture.version("a").contentHash().orElseThrow();
    FixtureFiles.write(folder.resolve("chameleon.yaml"), "sha256: '%s'".formatted(hash));
    CatalogueFixture.old(folder);
    fixture.look();
    reader.read(fixture.version("a"));

    assertThat(fixture.version("a").contentHash()).hasValue(hash);
  }

  @Test
  void open_filesThatChangedSinceTheLook_isOutdated() {
    date(folder, fixture.now);

    assertThatThrownBy(() -> reader.open(fixture.version("a")))
        .isInstanceOf(OutdatedVersionException.class)
        .hasMessage("a: its files changed before they were read to the end");
  }

  @Test
  void open_fileCutShortSinceTheLook_isOutdatedAndNotACrash() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(WEIGHTS));
    Files.write(folder.resolve(WEIGHTS), Arrays.copyOf(bytes, bytes.length / 2));

    assertThatThrownBy(() -> reader.open(fixture.version("a")))
        .isInstanceOf(OutdatedVersionException.class);
  }

  @Test
  void open_filesReplacedBetweenHeaderAndWeights_isOutdatedAndNotRefused() {
    Path other = fixture.add("some-layers", "b");
    VersionReader swapped =
        new VersionReader(
            CatalogueFixture.MODEL,
            () -> {
              // Asked for when the header has been read, and the weights have not.
              replace(folder.resolve(WEIGHTS), other.resolve(WEIGHTS));
              return memory.get();
            });
    AdapterVersion version = fixture.version("a");

    assertThatThrownBy(() -> swapped.open(version)).isInstanceOf(OutdatedVersionException.class);
  }

  private static void replace(Path file, Path by) {
    try {
      Files.copy(by, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void open_contentThatChangedWithoutATrace_isRefusedWithBothHashes() throws IOException {
    fixture.version("a").identify("00ff");

    assertThatThrownBy(() -> reader.open(fixture.version("a")))
        .isInstanceOf(InvalidAdapterException.class)
        .hasMessageContaining("it was 00ff and is ");
  }

  @Test
  void open_versionOfNoLook_isReadAsItIs() throws IOException {
    AdapterVersion made = fixture.version("a");
    Path elsewhere = FixtureFiles.fixture(LlamaAdapters.LLAMA + "/pattern");
    AdapterVersion version = new AdapterVersion("x", elsewhere, made.shape(), AdapterSettings.NONE);
    reader.read(version);

    assertThat(version.contentHash()).isPresent();
  }
}
