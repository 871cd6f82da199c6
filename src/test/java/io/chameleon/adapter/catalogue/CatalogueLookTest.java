package io.chameleon.adapter.catalogue;

import static io.chameleon.adapter.catalogue.CatalogueFixture.copy;
import static io.chameleon.adapter.catalogue.CatalogueFixture.date;
import static io.chameleon.adapter.catalogue.CatalogueFixture.old;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Pending;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Refused;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.model.LinearModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of folders that are dropped in, half copied, replaced and removed. */
class CatalogueLookTest {

  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";

  @TempDir private Path temporary;

  private CatalogueFixture fixture;

  @BeforeEach
  void make() {
    fixture = new CatalogueFixture(temporary);
  }

  @Test
  void look_folderDroppedIn_isServedWithItsShape() {
    assertThat(fixture.look()).isEmpty();
    fixture.add("pattern", "dropped");

    assertThat(fixture.look()).containsExactly("dropped");
    AdapterShape shape = fixture.version("dropped").shape();
    assertThat(shape.rank()).isEqualTo(20);
    assertThat(shape.rows(ModuleGroup.ATTENTION)).isEqualTo(20);
    assertThat(shape.rows(ModuleGroup.MLP)).isEqualTo(8);
    assertThat(shape.packedBytes()).isEqualTo(4 * elementsOfPattern());
  }

  /** q: ranks 8, 20, 8; o: rank 2; down: rank 8; of 64 features, and 96 inputs of down. */
  private static long elementsOfPattern() {
    int intermediate = CatalogueFixture.MODEL.inputSize(LinearModule.DOWN);
    return 128L * (8 + 20 + 8) + 3 * 128L * 2 + 3L * 8 * (intermediate + 64);
  }

  @Test
  void look_unchangedFolder_keepsItsVersion() {
    fixture.add("pattern", "a");
    fixture.look();
    AdapterVersion first = fixture.version("a");
    fixture.add("pattern", "b");
    fixture.look();

    assertThat(fixture.version("a")).isSameAs(first);
  }

  @Test
  void look_youngFolder_waitsForASecondLook() {
    date(copy("pattern", fixture.root.resolve("young")), fixture.now.minusMillis(1_999));

    assertThat(fixture.look()).isEmpty();
    assertThat(fixture.registry.find("young"))
        .hasValueSatisfying(entry -> assertThat(entry).isInstanceOf(Pending.class));
    assertThat(fixture.look()).containsExactly("young");
  }

  @Test
  void look_folderOfTwoSeconds_isServedAtOnce() {
    date(copy("pattern", fixture.root.resolve("settled")), fixture.now.minusSeconds(2));

    assertThat(fixture.look()).containsExactly("settled");
  }

  @Test
  void look_folderCopiedFileByFile_isServedOnceItIsWhole() throws IOException {
    Path whole = copy("pattern", fixture.elsewhere.resolve("whole"));
    Path target = Files.createDirectory(fixture.root.resolve("new"));
    date(target, fixture.now);
    assertThat(fixture.look()).isEmpty();
    Files.copy(whole.resolve(CONFIG), target.resolve(CONFIG));
    date(target, fixture.now);
    assertThat(fixture.look()).isEmpty();
    assertThat(fixture.look()).isEmpty();
    assertThat(fixture.reason("new")).contains("being copied", WEIGHTS + ": no such file");
    byte[] bytes = Files.readAllBytes(whole.resolve(WEIGHTS));
    for (int part = 1; part <= 4; part++) {
      Files.write(target.resolve(WEIGHTS), Arrays.copyOf(bytes, bytes.length / 4 * part - 1));
      date(target, fixture.now.plusMillis(part));
      assertThat(fixture.look()).isEmpty();
      assertThat(fixture.look()).isEmpty();
      assertThat(fixture.registry.catalogue().pending()).hasSize(1);
    }
    Files.write(target.resolve(WEIGHTS), bytes);
    date(target, fixture.now.plusMillis(9));
    assertThat(fixture.look()).isEmpty();
    assertThat(fixture.look()).containsExactly("new");
  }

  @Test
  void look_folderThatStaysHalf_isRefusedAfterTwoSecondsAndServedOnceWhole() throws IOException {
    Path target = copy("pattern", fixture.root.resolve("half"));
    Path weights = target.resolve(WEIGHTS);
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
    date(target, fixture.now);
    fixture.look();
    fixture.look();
    assertThat(fixture.registry.catalogue().refused()).isEmpty();

    fixture.now = fixture.now.plus(Duration.ofSeconds(2));
    fixture.look();
    assertThat(fixture.registry.catalogue().refused()).hasSize(1);
    assertThat(fixture.reason("half")).contains("the data is").doesNotContain("copied");

    Files.write(weights, bytes);
    old(target);
    assertThat(fixture.look()).containsExactly("half");
  }

  /** A clock that lags behind the file server's must not keep an adapter pending for ever. */
  @Test
  void look_badFolderFromTheFuture_isRefusedAllTheSame() {
    Path target = copy("dora", fixture.root.resolve("future"));
    date(target, fixture.now.plus(Duration.ofDays(1)));
    fixture.look();
    fixture.now = fixture.now.plus(Duration.ofSeconds(2));
    fixture.look();

    assertThat(fixture.registry.find("future"))
        .hasValueSatisfying(entry -> assertThat(entry).isInstanceOf(Refused.class));
  }

  @Test
  void look_removedFolder_isGone() {
    Path folder = fixture.add("pattern", "a");
    fixture.look();
    CatalogueFixture.delete(folder);

    assertThat(fixture.look()).isEmpty();
    assertThat(fixture.registry.find("a")).isEmpty();
  }

  @Test
  void look_folderReplacedByRename_becomesANewVersion() throws IOException {
    Path folder = fixture.add("pattern", "a");
    fixture.look();
    AdapterVersion first = fixture.version("a");
    first.identify("00ff");
    Path next = old(copy("some-layers", fixture.elsewhere.resolve("next")));
    Files.move(folder, fixture.elsewhere.resolve("gone"));
    Files.move(next, folder);

    assertThat(fixture.look()).containsExactly("a");
    AdapterVersion second = fixture.version("a");
    assertThat(second).isNotSameAs(first);
    assertThat(second.contentHash()).isEmpty();
    assertThat(second.shape().rank()).isEqualTo(4);
  }

  @Test
  void look_folderReplacedInPlace_servesTheOldUntilTheNewIsWhole() throws IOException {
    Path folder = fixture.add("pattern", "a");
    fixture.look();
    AdapterVersion first = fixture.version("a");
    Path next = copy("some-layers", fixture.elsewhere.resolve("next"));
    for (String file : List.of(CONFIG, WEIGHTS)) {
      Files.copy(next.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      date(folder, fixture.now);
      assertThat(fixture.look()).containsExactly("a");
      assertThat(fixture.version("a")).isSameAs(first);
    }
    fixture.look();

    assertThat(fixture.version("a")).isNotSameAs(first);
    assertThat(fixture.version("a").shape().rank()).isEqualTo(4);
  }

  @Test
  void look_settingsAlone_makeANewVersion() {
    Path folder = fixture.add("pattern", "a");
    fixture.look();
    AdapterVersion first = fixture.version("a");
    FixtureFiles.write(folder.resolve("chameleon.yaml"), "tenants: [acme]\npinned: true\n");
    old(folder);
    fixture.look();

    AdapterVersion second = fixture.version("a");
    assertThat(second).isNotSameAs(first);
    assertThat(second.settings().pinned()).isTrue();
    assertThat(second.settings().allows("acme")).isTrue();
    assertThat(second.settings().allows("other")).isFalse();
  }

  @Test
  void look_versionWithoutRoom_isRefusedWithTheReason() {
    fixture.noRoom = Optional.of("it takes 9 bytes; there are 8");
    fixture.add("pattern", "a");
    fixture.look();

    assertThat(fixture.reason("a")).isEqualTo("it takes 9 bytes; there are 8");
  }

  @Test
  void refuse_currentVersion_staysRefusedUntilItsFolderChanges() {
    Path folder = fixture.add("pattern", "a");
    fixture.look();
    fixture.registry.refuse(fixture.version("a"), "it holds NaN");
    fixture.look();
    assertThat(fixture.reason("a")).isEqualTo("it holds NaN");

    date(folder, fixture.now.minusSeconds(100));
    assertThat(fixture.look()).containsExactly("a");
  }

  @Test
  void refuse_formerVersion_doesNothing() {
    Path folder = fixture.add("pattern", "a");
    fixture.look();
    AdapterVersion first = fixture.version("a");
    date(folder, fixture.now.minusSeconds(100));
    fixture.look();
    fixture.registry.refuse(first, "it holds NaN");

    assertThat(fixture.served()).containsExactly("a");
  }

  @Test
  void onChange_listeners_areToldOfChangesAlone() {
    List<Integer> told = new ArrayList<>();
    fixture.registry.onChange(catalogue -> {
      throw new IllegalArgumentException("a listener that fails");
    });
    fixture.registry.onChange(catalogue -> told.add(catalogue.served().size()));
    fixture.look();
    fixture.add("pattern", "a");
    fixture.look();
    fixture.look();
    fixture.registry.refuse(fixture.version("a"), "it holds NaN");

    assertThat(told).containsExactly(1, 0);
  }

  @Test
  void look_folderThatCannotBeListed_keepsWhatWasFound() throws IOException {
    fixture.add("pattern", "a");
    fixture.look();
    Files.move(fixture.root, fixture.elsewhere.resolve("away"));
    assertThat(fixture.look()).containsExactly("a");
    assertThat(fixture.look()).containsExactly("a");

    Files.move(fixture.elsewhere.resolve("away"), fixture.root);
    assertThat(fixture.look()).containsExactly("a");
  }

  @Test
  void look_afterClose_doesNothing() {
    fixture.registry.close();
    fixture.add("pattern", "a");

    assertThat(fixture.look()).isEmpty();
  }
}
