package io.chameleon.oracle;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SafetensorsWriter;
import io.chameleon.model.ElementType;
import io.chameleon.model.SafetensorsFile;
import io.chameleon.model.TensorReader;
import io.chameleon.model.TensorView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The same model and adapters in another spelling: number format, sharding, configuration. */
final class RewrittenFolder {

  private static final String INDEX = "model.safetensors.index.json";

  private final ElementType type;

  /** Tensors that are now of the type, and those that are not because a value would change. */
  private int rewritten;

  private int kept;

  /** Values for which fp16 has no exact number. */
  private long inexactValues;

  /**
   * Rewrites tensors to this type where every value stays what it is, and keeps others as they are.
   */
  RewrittenFolder(ElementType type) {
    this.type = type;
  }

  /** Copies a model folder with its weights in so many shards, 1 for a single file. */
  Path model(Path source, Path target, int shards) {
    copyOthers(source, target);
    List<TensorView> all = new ArrayList<>();
    List<SafetensorsFile> files = weights(source).map(SafetensorsFile::open).toList();
    files.forEach(file -> all.addAll(file.tensors().values()));
    ObjectNode index = JsonMapper.shared().createObjectNode();
    for (int shard = 0; shard < shards; shard++) {
      String name =
          shards == 1
              ? "model.safetensors"
              : "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
      SafetensorsWriter writer = new SafetensorsWriter();
      // Dealt like cards, so that the parts of a layer lie in different files.
      for (int i = shard; i < all.size(); i += shards) {
        add(writer, all.get(i));
        index.withObject("/weight_map").put(all.get(i).name(), name);
      }
      writer.write(target.resolve(name));
    }
    if (shards > 1) {
      FixtureFiles.write(target.resolve(INDEX), index.toString());
    }
    files.forEach(SafetensorsFile::close);
    return target;
  }

  /** Copies an adapter folder; targets that are all seven modules become "all-linear". */
  boolean adapter(Path source, Path target) {
    copyOthers(source, target);
    Path weights = source.resolve("adapter_model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      SafetensorsWriter writer = new SafetensorsWriter();
      file.tensors().values().forEach(tensor -> add(writer, tensor));
      writer.write(target.resolve(weights.getFileName()));
    }
    Path config = target.resolve("adapter_config.json");
    boolean all = FixtureFiles.read(config).get("target_modules").size() == 7;
    if (all) {
      FixtureFiles.setField(config, "target_modules", "\"all-linear\"");
    }
    return all;
  }

  /** Brings a model's configuration into the form that transformers 4.x writes. */
  static void toVersion4(Path model) {
    Path file = model.resolve("config.json");
    ObjectNode config = FixtureFiles.read(file);
    ObjectNode rope = (ObjectNode) config.remove("rope_parameters");
    config.set("rope_theta", rope.remove("rope_theta"));
    boolean plain = rope.get("rope_type").asString().equals("default");
    config.set("rope_scaling", plain ? config.nullNode() : rope);
    config.set("torch_dtype", config.remove("dtype"));
    config.remove("layer_types");
    config.put("transformers_version", "4.46.3");
    FixtureFiles.write(file, config.toString());
  }

  @Override
  public String toString() {
    return "%d tensors in %s, %d kept for %d values that it has not"
        .formatted(rewritten, type, kept, inexactValues);
  }

  int rewritten() {
    return rewritten;
  }

  int kept() {
    return kept;
  }

  private void add(SafetensorsWriter writer, TensorView tensor) {
    float[] values = TensorReader.floats(tensor);
    List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
    int inexact = type == ElementType.F16 ? inexact(values) : 0;
    if (inexact > 0) {
      kept++;
      inexactValues += inexact;
      byte[] bytes = tensor.bytes().toArray(ValueLayout.JAVA_BYTE);
      writer.put(tensor.name(), tensor.type().name(), shape, bytes);
      return;
    }
    rewritten++;
    writer.put(tensor.name(), type.name(), shape, bytes(values));
  }

  private byte[] bytes(float... values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      if (type == ElementType.F16) {
        buffer.putShort(Float.floatToFloat16(value));
      } else {
        buffer.putFloat(value);
      }
    }
    return buffer.array();
  }

  private static int inexact(float... values) {
    int count = 0;
    for (float value : values) {
      count += Float.float16ToFloat(Float.floatToFloat16(value)) == value ? 0 : 1;
    }
    return count;
  }

  private static void copyOthers(Path source, Path target) {
    try (Stream<Path> files = Files.list(source)) {
      Files.createDirectories(target);
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (!name.endsWith(".safetensors") && !name.equals(INDEX)) {
          Files.copy(file, target.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The weight files that the folder's index names, or the single one. */
  private static Stream<Path> weights(Path folder) {
    Path index = folder.resolve(INDEX);
    if (!Files.exists(index)) {
      return Stream.of(folder.resolve("model.safetensors"));
    }
    return FixtureFiles.read(index)
        .get("weight_map")
        .valueStream()
        .map(JsonNode::asString)
        .distinct()
        .sorted()
        .map(folder::resolve);
  }
}
