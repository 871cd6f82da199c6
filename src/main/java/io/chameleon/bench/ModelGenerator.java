package io.chameleon.bench;

import io.chameleon.model.DemoModel;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.ModelConfigReader;
import io.chameleon.model.TensorInventory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a random model of a shape as an ordinary Hugging Face folder: bf16 shards, index, the two
 * configurations, and the demo's tokenizer, whose vocabulary is smaller than the model's.
 *
 * @param shape of the model
 * @param seed the same seed gives the same bytes
 * @param shardBytes most bytes of a shard's tensors; one that is larger has a shard for itself
 */
record ModelGenerator(ModelShape shape, long seed, long shardBytes) {

  /** Below the 5 GB that are usual, so that threads have a shard each. */
  static final long SHARD_BYTES = 1L << 30;

  /** As models are initialised. */
  private static final float DEVIATION = 0.02f;

  private static final List<String> TOKENIZER =
      List.of("tokenizer.json", "tokenizer_config.json", "chat_template.jinja");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * Writes it.
   *
   * @param folder made if it is missing
   * @return bytes of all tensors
   */
  long write(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name : TOKENIZER) {
      Files.copy(
          DemoModel.inDefaultCache().unpack().base().resolve(name),
          folder.resolve(name),
          StandardCopyOption.REPLACE_EXISTING);
    }
    json(folder.resolve("generation_config.json"), shape.generation());
    List<List<RandomSafetensors.Tensor>> shards = shards();
    long bytes = writeShards(folder, shards);
    json(folder.resolve("model.safetensors.index.json"), index(shards, bytes));
    // Last, so that a folder without it is one that is not whole.
    json(folder.resolve("config.json"), shape.config());
    return bytes;
  }

  private long writeShards(Path folder, List<List<RandomSafetensors.Tensor>> shards) {
    RandomSafetensors files = new RandomSafetensors(seed);
    IntStream.range(0, shards.size())
        .parallel()
        .forEach(i -> {
          try {
            files.write(
                folder.resolve(name(i, shards.size())),
                shards.get(i),
                new SplittableRandom(seed * 1_000_003 + i));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return shards.stream().flatMap(List::stream).mapToLong(RandomSafetensors.Tensor::bytes).sum();
  }

  private List<List<RandomSafetensors.Tensor>> shards() {
    ModelConfig config = ModelConfigReader.read(JSON.valueToTree(shape.config()));
    List<List<RandomSafetensors.Tensor>> shards = new ArrayList<>();
    long left = 0;
    for (Map.Entry<String, long[]> entry : TensorInventory.of(config).entrySet()) {
      RandomSafetensors.Tensor tensor = tensor(entry.getKey(), entry.getValue());
      if (shards.isEmpty() || tensor.bytes() > left) {
        shards.add(new ArrayList<>());
        left = shardBytes;
      }
      shards.getLast().add(tensor);
      left -= tensor.bytes();
    }
    return shards;
  }

  private static RandomSafetensors.Tensor tensor(String name, long[] shape) {
    List<Long> sizes = Arrays.stream(shape).boxed().toList();
    NumberTable.Law law =
        sizes.size() == 1
            ? new NumberTable.Law.Constant(1) // a norm's
            : new NumberTable.Law.Normal(DEVIATION);
    return new RandomSafetensors.Tensor(name, sizes, law);
  }

  private static Map<String, Object> index(
      List<List<RandomSafetensors.Tensor>> shards, long bytes) {
    Map<String, String> places = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      for (RandomSafetensors.Tensor tensor : shards.get(i)) {
        places.put(tensor.name(), name(i, shards.size()));
      }
    }
    return Map.of("metadata", Map.of("total_size", bytes), "weight_map", places);
  }

  private static String name(int shard, int shards) {
    return "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
  }

  private static void json(Path file, Map<String, Object> value) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(value) + "\n");
  }
}
