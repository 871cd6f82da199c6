package io.chameleon.adapter.catalogue;

import static io.chameleon.adapter.catalogue.CatalogueFixture.copy;
import static io.chameleon.adapter.catalogue.CatalogueFixture.date;
import static io.chameleon.adapter.catalogue.CatalogueFixture.old;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.catalogue.AdapterCatalogue.Unloaded;
import io.chameleon.adapter.peft.InvalidAdapterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an administrator loads and unloads, and which links are followed. */
class CatalogueAdministrationTest {

  private static final String WEIGHTS = "adapter_model.safetensors";

  @TempDir private Path temporary;

  private CatalogueFixture fixture;
  private Path other;

  @BeforeEach
  void make() {
    fixture = new CatalogueFixture(temporary);
    other = old(copy("some-layers", fixture.elsewhere.resolve("other")));
  }

  @Test
  void load_folderBelowAnAllowedRoot_isServedUnderTheName() throws IOException {
    AdapterVersion loaded = fixture.registry.load("mine", other, false);

    assertThat(fixture.version("mine")).isSameAs(loaded);
    assertThat(loaded.name()).isEqualTo("mine");
    assertThat(fixture.look()).containsExactly("mine");
    assertThat(fixture.version("mine")).isSameAs(loaded);
  }

  @Test
  void load_takenName_isAConflictUnlessReplaced() throws IOException {
    fixture.add("pattern", "a");
    fixture.look();
    assertThatThrownBy(() -> fixture.registry.load("a", other, false))
        .isInstanceOf(AdapterConflictException.class)
        .hasMessage("There is an adapter of the name `a` already.");

    AdapterVersion loaded = fixture.registry.load("a", other, true);
    assertThat(fixture.version("a")).isSameAs(loaded);
    assertThat(loaded.shape().rank()).isEqualTo(4);
    fixture.look();
    assertThat(fixture.version("a")).isSameAs(loaded);
  }

  @Test
  void load_folderThatChangesLater_becomesANewVersion() throws IOException {
    AdapterVersion first = fixture.registry.load("mine", other, false);
    date(other, fixture.now.minusSeconds(60));
    fixture.look();

    assertThat(fixture.version("mine")).isNotSameAs(first);
  }

  @Test
  void load_withoutRoom_isRefusedAndNotEntered() {
    fixture.noRoom = Optional.of("it takes 9 bytes; there are 8");
    assertThatThrownBy(() -> fixture.registry.load("mine", other, false))
        .isInstanceOf(InvalidAdapterException.class)
        .hasMessage("it takes 9 bytes; there are 8");
    assertThat(fixture.registry.find("mine")).isEmpty();
  }

  @Test
  void unload_watchedAdapter_isGoneUntilItsFolderChanges() {
    Path folder = fixture.add("pattern", "a");
    fixture.look();
    assertThat(fixture.registry.unload("a")).isPresent();
    assertThat(fixture.look()).isEmpty();
    assertThat(fixture.registry.find("a")).containsInstanceOf(Unloaded.class);
    assertThat(fixture.registry.unload("a")).isEmpty();

    date(folder, fixture.now.minusSeconds(60));
    assertThat(fixture.look()).containsExactly("a");
  }

  @Test
  void load_unloadedAdapterAgain_isTheSameVersion() throws IOException {
    Path folder = fixture.add("pattern", "a");
    fixture.look();
    AdapterVersion first = fixture.version("a");
    fixture.registry.unload("a");

    assertThat(fixture.registry.load("a", folder, false)).isSameAs(first);
    assertThat(fixture.look()).containsExactly("a");
  }

  @Test
  void unload_loadedAdapter_isGoneAndItsNameFree() throws IOException {
    fixture.registry.load("mine", other, false);
    assertThat(fixture.registry.unload("mine")).isPresent();

    assertThat(fixture.look()).isEmpty();
    assertThat(fixture.registry.find("mine")).isEmpty();
    fixture.registry.load("mine", other, false);
    assertThat(fixture.served()).containsExactly("mine");
  }

  @Test
  void unload_nameThatHidesAWatchedOne_leavesNeither() throws IOException {
    fixture.add("pattern", "a");
    fixture.look();
    fixture.registry.load("a", other, true);
    fixture.registry.unload("a");

    assertThat(fixture.look()).isEmpty();
  }

  @Test
  void unload_unknownName_isNothing() {
    assertThat(fixture.registry.unload("nobody")).isEmpty();
  }

  /** As kubelet lays out a volume: the visible names are links into a hidden folder of a date. */
  @Test
  void look_linksOfAVolume_areFollowedAndSeenToMove() throws IOException {
    Path first = fixture.root.resolve("..2026_01_01");
    old(copy("pattern", first.resolve("a")));
    Files.createSymbolicLink(fixture.root.resolve("..data"), first.getFileName());
    Files.createSymbolicLink(fixture.root.resolve("a"), Path.of("..data/a"));
    Path files = Files.createDirectory(fixture.root.resolve("b"));
    for (String file : new String[] {"adapter_config.json", WEIGHTS}) {
      Files.createSymbolicLink(files.resolve(file), Path.of("../..data/a/" + file));
    }
    assertThat(fixture.look()).containsExactly("a", "b");
    assertThat(fixture.version("b").shape().rank()).isEqualTo(20);

    Path second = fixture.root.resolve("..2026_02_02");
    old(copy("some-layers", second.resolve("a")));
    Files.delete(fixture.root.resolve("..data"));
    Files.createSymbolicLink(fixture.root.resolve("..data"), second.getFileName());
    assertThat(fixture.look()).containsExactly("a", "b");
    assertThat(fixture.version("a").shape().rank()).isEqualTo(4);
    assertThat(fixture.version("b").shape().rank()).isEqualTo(4);
  }
}
