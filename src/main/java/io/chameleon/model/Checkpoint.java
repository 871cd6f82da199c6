package io.chameleon.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Hugging Face model folder, opened and checked: every tensor the configuration asks for is there
 * with the right shape, and no other. Tensors are memory-mapped.
 */
public final class Checkpoint implements AutoCloseable {

  private static final int MAX_CONFIG_BYTES = 1 << 20;
  private static final int MAX_NAMED = 5;

  private final ModelConfig config;
  private final Set<Integer> eosTokens;
  private final CheckpointFiles files;
  private final Map<String, TensorView> tensors;

  private Checkpoint(
      ModelConfig config,
      Set<Integer> eosTokens,
      CheckpointFiles files,
      Map<String, TensorView> tensors) {
    this.config = config;
    this.eosTokens = eosTokens;
    this.files = files;
    this.tensors = tensors;
  }

  /**
   * Opens and checks a folder.
   *
   * @throws UnsupportedModelException naming the field or tensor, its value and what is supported
   */
  public static Checkpoint open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UnsupportedModelException("%s: no such model folder".formatted(folder));
    }
    try {
      ObjectNode json = StrictJson.read(folder.resolve(ModelConfigReader.FILE), MAX_CONFIG_BYTES);
      ModelConfig config = ModelConfigReader.read(json);
      Set<Integer> eosTokens =
          EosTokens.read(
              folder, new JsonFields(json, ModelConfigReader.FILE), config.vocabularySize());
      return open(folder, config, eosTokens);
    } catch (InvalidFileException e) {
      throw new UnsupportedModelException(e.getMessage(), e);
    }
  }

  private static Checkpoint open(Path folder, ModelConfig config, Set<Integer> eosTokens) {
    CheckpointFiles files = CheckpointFiles.open(folder);
    try {
      return new Checkpoint(config, eosTokens, files, checked(config, files.tensors()));
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** The shape of the model. */
  public ModelConfig config() {
    return config;
  }

  /** End-of-sequence tokens: of generation_config.json, else of config.json. */
  public Set<Integer> eosTokens() {
    return eosTokens;
  }

  /** Names of all tensors, in the order of the forward pass. */
  public List<String> tensorNames() {
    return List.copyOf(tensors.keySet());
  }

  /**
   * The tensor of this name, for example {@code model.embed_tokens.weight}.
   *
   * @throws IllegalArgumentException if the model has none
   */
  public TensorView tensor(String name) {
    TensorView tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor %s in this model".formatted(name));
    }
    return tensor;
  }

  /** Unmaps the files; tensors must not be read afterwards. */
  @Override
  public void close() {
    files.close();
  }

  private static Map<String, TensorView> checked(
      ModelConfig config, Map<String, TensorView> found) {
    Map<String, long[]> expected = TensorInventory.of(config);
    refuseMissing(expected, found);
    refuseStrangers(config, expected, found);
    Map<String, TensorView> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, long[]> entry : expected.entrySet()) {
      TensorView tensor = found.get(entry.getKey());
      if (tensor == null || !tensor.hasShape(entry.getValue())) {
        throw new UnsupportedModelException(
            "tensor %s has the shape %s; the configuration asks for %s"
                .formatted(
                    entry.getKey(),
                    tensor == null ? "none" : Arrays.toString(tensor.shape()),
                    Arrays.toString(entry.getValue())));
      }
      tensors.put(entry.getKey(), tensor);
    }
    return tensors;
  }

  private static void refuseMissing(Map<String, long[]> expected, Map<String, TensorView> found) {
    List<String> missing = new ArrayList<>(expected.keySet());
    missing.removeAll(found.keySet());
    if (!missing.isEmpty()) {
      String first = missing.getFirst();
      throw new UnsupportedModelException(
          "%d tensors are missing, the first is %s of shape %s"
              .formatted(missing.size(), first, Arrays.toString(expected.get(first))));
    }
  }

  private static void refuseStrangers(
      ModelConfig config, Map<String, long[]> expected, Map<String, TensorView> found) {
    List<String> strangers =
        found.values().stream()
            .filter(tensor -> !expected.containsKey(tensor.name()))
            .filter(tensor -> !TensorInventory.isHarmless(tensor.name()))
            .filter(tensor -> !isTiedHead(config, tensor, found))
            .map(tensor -> tensor.name() + " of shape " + Arrays.toString(tensor.shape()))
            .toList();
    if (!strangers.isEmpty()) {
      throw new UnsupportedModelException(
          "%d tensors are not part of a %s model as config.json describes it: %s"
              .formatted(
                  strangers.size(),
                  config.modelType(),
                  String.join(", ", strangers.subList(0, Math.min(MAX_NAMED, strangers.size())))));
    }
  }

  /** A head that was written though it is the embedding; another one would be lost by tying. */
  private static boolean isTiedHead(
      ModelConfig config, TensorView tensor, Map<String, TensorView> found) {
    TensorView embedding = found.get(TensorInventory.EMBEDDING);
    return config.tiedEmbeddings()
        && tensor.name().equals(TensorInventory.HEAD)
        && embedding != null
        && tensor.hasShape(embedding.shape())
        && tensor.bytes().mismatch(embedding.bytes()) == -1;
  }
}
