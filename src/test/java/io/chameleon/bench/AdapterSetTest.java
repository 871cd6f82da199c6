package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterSetTest {

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private final PrintStream print = new PrintStream(said, true, StandardCharsets.UTF_8);

  @Test
  void set_thatLiesThere_isTakenUnlessItIsOfOtherRanks(@TempDir Path folder) throws Exception {
    new ModelGenerator(ModelShape.TINY, 1, ModelGenerator.SHARD_BYTES)
        .write(folder.resolve("model"));
    ProofModel model = ProofModel.open(folder.resolve("model").toString(), 1);
    LiveOptions options =
        LiveOptions.DEFAULT.with("--adapters", new Arguments(folder.resolve("kept").toString()));

    try (AdapterSet first = AdapterSet.make(options, model, "some", print, 8, 16);
        AdapterSet again = AdapterSet.make(options, model, "some", print, 8, 16)) {
      assertThat(again.folder()).isEqualTo(first.folder());
      assertThat(again.adapters()).isEqualTo(first.adapters());
      assertThat(said.toString(StandardCharsets.UTF_8)).containsOnlyOnce("made     2 adapters");
    }
    try (AdapterSet other = AdapterSet.make(options, model, "some", print, 8, 16, 32)) {
      assertThat(other.folder().resolve("generated-0002/adapter_model.safetensors")).exists();
    }
    assertThat(folder.resolve("kept/some/generated-0000")).exists();
  }

  @Test
  void set_thatIsNotKept_isDeleted(@TempDir Path folder) throws Exception {
    new ModelGenerator(ModelShape.TINY, 1, ModelGenerator.SHARD_BYTES)
        .write(folder.resolve("model"));
    ProofModel model = ProofModel.open(folder.resolve("model").toString(), 1);
    LiveOptions options = LiveOptions.DEFAULT.with("--out", new Arguments(folder.toString()));

    AdapterSet set = AdapterSet.make(options, model, "some", print, 8);
    assertThat(set.folder().resolve("generated-0000")).exists();
    set.close();

    assertThat(set.folder()).doesNotExist();
  }
}
