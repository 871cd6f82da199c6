package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.model.Checkpoint;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.TensorReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelGeneratorTest {

  private static final long SEED = 20261201;

  private static final long SMALL_SHARD = 1 << 20;

  @Test
  void model_inShards_isReadByTheProductWithTheShapeAsked(@TempDir Path folder) throws IOException {
    long bytes = new ModelGenerator(ModelShape.TINY, SEED, SMALL_SHARD).write(folder);

    assertThat(bytes).isGreaterThan(2 * SMALL_SHARD);
    assertThat(folder.resolve("model-00002-of-00003.safetensors")).exists();
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      ModelConfig config = checkpoint.config();
      assertThat(config.vocabularySize()).isEqualTo(8000);
      assertThat(config.layers()).isEqualTo(2);
      assertThat(config.kvHeads()).isEqualTo(2);
      assertThat(checkpoint.eosTokens()).containsExactly(2);
    }
  }

  @Test
  void numbers_ofAModel_areNormalAndFinite(@TempDir Path folder) throws IOException {
    new ModelGenerator(ModelShape.TINY, SEED, ModelGenerator.SHARD_BYTES).write(folder);

    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      float[] embedding = TensorReader.floats(checkpoint.tensor("model.embed_tokens.weight"));
      double sum = 0;
      double squares = 0;
      for (float number : embedding) {
        assertThat(Float.isFinite(number)).isTrue();
        sum += number;
        squares += number * number;
      }
      assertThat(sum / embedding.length).isEqualTo(0, within(1e-3));
      assertThat(Math.sqrt(squares / embedding.length)).isEqualTo(0.02, within(1e-3));
      assertThat(TensorReader.floats(checkpoint.tensor("model.norm.weight"))).containsOnly(1);
    }
  }

  @Test
  void seed_decides_everyByte(@TempDir Path folder) throws IOException {
    Path first = folder.resolve("first");
    Path again = folder.resolve("again");
    Path other = folder.resolve("other");
    new ModelGenerator(ModelShape.TINY, SEED, SMALL_SHARD).write(first);
    new ModelGenerator(ModelShape.TINY, SEED, SMALL_SHARD).write(again);
    new ModelGenerator(ModelShape.TINY, SEED + 1, SMALL_SHARD).write(other);

    String shard = "model-00003-of-00003.safetensors";
    assertThat(again.resolve(shard)).hasSameBinaryContentAs(first.resolve(shard));
    assertThat(Files.mismatch(first.resolve(shard), other.resolve(shard))).isNotNegative();
  }

  @Test
  void shapes_ofPublishedModels_haveTheirNames() {
    assertThat(ModelShape.named("llama-2-7b")).isEqualTo(ModelShape.LLAMA_2_7B);
    assertThat(ModelShape.named("llama-3-8b").config()).containsEntry("num_key_value_heads", 8);
    assertThatThrownBy(() -> ModelShape.named("gpt-2"))
        .hasMessage("no shape gpt-2; there are llama-2-7b, llama-2-13b, llama-3-8b, tiny");
  }
}
