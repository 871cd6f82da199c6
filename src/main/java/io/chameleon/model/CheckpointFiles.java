package io.chameleon.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The safetensors files of a model folder: one, or shards with an index. */
final class CheckpointFiles implements AutoCloseable {

  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final int MAX_INDEX_BYTES = 64 << 20;
  private static final Pattern PICKLE = Pattern.compile(".*\\.(bin|pt|pth|ckpt|pkl|pickle)");
  private static final Pattern PLAIN_NAME = Pattern.compile("[^/\\\\]+\\.safetensors");

  private final List<SafetensorsFile> open = new ArrayList<>();
  private final Map<String, TensorView> tensors = new LinkedHashMap<>();
  private final Map<String, String> shards = new HashMap<>();
  private final Path folder;

  private CheckpointFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Maps the files; a single one goes before shards, as in transformers.
   *
   * @throws InvalidFileException naming the file or tensor
   */
  static CheckpointFiles open(Path folder) {
    CheckpointFiles files = new CheckpointFiles(folder);
    try {
      if (Files.exists(folder.resolve(SINGLE))) {
        files.add(SINGLE);
      } else if (Files.exists(folder.resolve(INDEX))) {
        files.addShards();
      } else {
        throw files.noWeights();
      }
      return files;
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** All tensors of all files by name. */
  Map<String, TensorView> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    open.forEach(SafetensorsFile::close);
  }

  private void add(String name) {
    SafetensorsFile file = SafetensorsFile.open(folder.resolve(name));
    open.add(file);
    for (TensorView tensor : file.tensors().values()) {
      tensors.put(tensor.name(), tensor);
      String other = shards.putIfAbsent(tensor.name(), name);
      if (other != null) {
        throw new InvalidFileException(
            "%s: tensor %s lies in %s too".formatted(name, tensor.name(), other));
      }
    }
  }

  private void addShards() {
    Map<String, String> index = readIndex();
    new TreeSet<>(index.values()).forEach(this::add);
    index.forEach((tensor, shard) -> {
      if (!shard.equals(shards.get(tensor))) {
        throw new InvalidFileException(
            "%s: tensor %s is said to lie in %s but does not".formatted(INDEX, tensor, shard));
      }
    });
    for (String tensor : tensors.keySet()) {
      if (!index.containsKey(tensor)) {
        throw new InvalidFileException(
            "%s: tensor %s lies in a shard but is not listed".formatted(INDEX, tensor));
      }
    }
  }

  private Map<String, String> readIndex() {
    JsonNode weightMap = StrictJson.read(folder.resolve(INDEX), MAX_INDEX_BYTES).get("weight_map");
    if (!(weightMap instanceof ObjectNode map)) {
      throw new InvalidFileException(
          "%s: weight_map is %s; supported is an object"
              .formatted(INDEX, JsonFields.quoted(weightMap)));
    }
    Map<String, String> index = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String shard = entry.getValue().isString() ? entry.getValue().stringValue() : "";
      if (!PLAIN_NAME.matcher(shard).matches()) {
        throw new InvalidFileException(
            "%s: tensor %s lies in %s; supported are safetensors files of the same folder"
                .formatted(INDEX, entry.getKey(), JsonFields.quoted(entry.getValue())));
      }
      index.put(entry.getKey(), shard);
    }
    return index;
  }

  private InvalidFileException noWeights() {
    String found =
        pickle()
            .map(name -> "%s is a pickle file, which is never read".formatted(name))
            .orElse("no weights found");
    return new InvalidFileException(
        "%s: %s; supported is %s, or shards with %s".formatted(folder, found, SINGLE, INDEX));
  }

  private Optional<String> pickle() {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> PICKLE.matcher(name).matches())
          .sorted()
          .findFirst();
    } catch (IOException e) {
      throw StrictJson.unreadable(folder.toString(), e);
    }
  }
}
