package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.peft.AdapterFile;
import io.chameleon.adapter.peft.LoraModule;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdapterGeneratorTest {

  private static final long SEED = 20261201;

  static List<String> architectures() {
    return FixtureFiles.ARCHITECTURES;
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void adapters_ofEachArchitecture_areAcceptedByTheProduct(
      String architecture, @TempDir Path folder) {
    ModelConfig model;
    try (Checkpoint checkpoint = Checkpoint.open(FixtureFiles.fixture(architecture + "/base"))) {
      model = checkpoint.config();
    }
    AdapterGenerator generator =
        new AdapterGenerator(model, AdapterGenerator.modules(List.of("all")), SEED);

    generator.writeOne(folder, 16, 0);

    try (AdapterFile file = AdapterFile.open(folder, model)) {
      file.checkValues();
      assertThat(file.rank()).isEqualTo(16);
      assertThat(file.scaling()).isEqualTo(1);
      assertThat(file.modules()).hasSize(model.layers() * LinearModule.values().length);
    }
  }

  @Test
  void adapters_together_areDistinctAndOfTheirRanks(@TempDir Path folder) {
    AdapterGenerator generator = generator(AdapterGenerator.ATTENTION, SEED);
    int[] ranks = RankMix.draw(20, SEED);

    List<AdapterGenerator.Generated> written = generator.write(folder, ranks);

    Set<String> hashes = new HashSet<>();
    for (int i = 0; i < ranks.length; i++) {
      assertThat(written.get(i).rank()).isEqualTo(ranks[i]);
      try (AdapterFile file =
          AdapterFile.open(folder.resolve(written.get(i).name()), SmallAdapters.MODEL)) {
        assertThat(file.rank()).isEqualTo(ranks[i]);
        assertThat(file.modules().stream().map(LoraModule::module).distinct())
            .containsExactlyElementsOf(AdapterGenerator.ATTENTION);
        hashes.add(file.contentHash());
      }
    }
    assertThat(hashes).hasSize(ranks.length);
  }

  @Test
  void seed_decides_everyByte(@TempDir Path folder) {
    Path first = folder.resolve("first");
    Path again = folder.resolve("again");
    Path other = folder.resolve("other");
    generator(AdapterGenerator.ATTENTION, SEED).writeOne(first, 8, 3);
    generator(AdapterGenerator.ATTENTION, SEED).writeOne(again, 8, 3);
    generator(AdapterGenerator.ATTENTION, SEED + 1).writeOne(other, 8, 3);

    assertThat(again.resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(first.resolve("adapter_model.safetensors"));
    assertThat(hash(other)).isNotEqualTo(hash(first));
  }

  @Test
  void ranks_ofAnyPrefix_haveEqualShares() {
    int[] ranks = RankMix.draw(512, SEED);

    assertThat(ranks).hasSize(512).startsWith(RankMix.MEDIAN);
    for (int count = 1; count <= ranks.length; count++) {
      for (int rank : RankMix.RANKS) {
        long share = Arrays.stream(ranks, 0, count).filter(r -> r == rank).count();
        assertThat(share).as("of %d", count).isBetween((long) count / 5, count / 5 + 1L);
      }
    }
    assertThat(RankMix.draw(512, SEED)).isEqualTo(ranks);
    assertThat(RankMix.mean()).isEqualTo(49.6);
  }

  @Test
  void modules_mistaken_areNamed() {
    assertThatThrownBy(() -> AdapterGenerator.modules(List.of("q", "x")))
        .hasMessage("--modules has x; modules are q, k, v, o, gate, up, down, or all");
  }

  private static AdapterGenerator generator(List<LinearModule> modules, long seed) {
    return new AdapterGenerator(SmallAdapters.MODEL, modules, seed);
  }

  private static String hash(Path folder) {
    try (AdapterFile file = AdapterFile.open(folder, SmallAdapters.MODEL)) {
      return file.contentHash();
    }
  }
}
