package io.chameleon.adapter.catalogue;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** Mutations of a good adapter, each with the words that its refusal must have. */
final class AdapterLies {

  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final String SETTINGS = "chameleon.yaml";
  private static final String Q1 = "base_model.model.model.layers.1.self_attn.q_proj.lora_";
  private static final List<Long> Q1_A = List.of(20L, 64L);

  private final Path outside;
  private final List<Lie> lies = new ArrayList<>();

  private AdapterLies(Path outside) {
    this.outside = outside;
  }

  /**
   * One of them.
   *
   * @param name of the adapter's folder
   * @param reason a part of it
   * @param change makes it of a good adapter
   */
  record Lie(String name, String reason, Change change) {}

  /** Makes a lie of the folder of a good adapter. */
  @FunctionalInterface
  interface Change {
    void make(Path folder) throws IOException;
  }

  /**
   * All of them.
   *
   * @param outside a good adapter that links may lead to
   */
  static List<Lie> all(Path outside) {
    AdapterLies made = new AdapterLies(outside);
    made.addConfigs();
    made.addBrokenConfigs();
    made.addTensors();
    made.addHeaders();
    made.addHeaderFields();
    made.addBrokenWeights();
    made.addValues();
    made.addSettings();
    made.addFiles();
    made.addLinks();
    made.addNames();
    return made.lies;
  }

  private void addConfigs() {
    config("dora", "use_dora", "true", "DoRA is not served");
    config("bias", "bias", "\"lora_only\"", "supported is \"none\"");
    config("head", "modules_to_save", "[\"lm_head\"]", "modules_to_save is [\"lm_head\"]");
    config("tokens", "trainable_token_indices", "[1]", "trainable_token_indices is [1]");
    config("loha", "peft_type", "\"LOHA\"", "supported is \"LORA\"");
    config("pissa", "init_lora_weights", "\"pissa\"", "init_lora_weights is \"pissa\"");
    config("future", "use_something_new", "true", "use_something_new is true");
    config("rank-zero", "r", "0", "r is 0");
    config("rank-text", "r", "\"8\"", "r is \"8\"");
    config("rank-huge", "r", "1099511627776", "r is 1099511627776");
    config("rank-other", "r", "9", "configuration and model ask for [9, 64]");
    config("rank-pattern", "rank_pattern", "{\"o_proj\":2}", "has the shape [20, 64]");
    config("alpha-huge", "lora_alpha", "1e300", "a scaling that a float can hold");
    config("targets-none", "target_modules", "[\"c_attn\"]", "match no linear module");
    config("targets-norm", "target_modules", "[\"norm\"]", "target_modules matches model.norm");
    config("targets-fewer", "target_modules", "[\"q_proj\"]", "leave out");
    config("layers-fewer", "layers_to_transform", "[0]", "layers_to_transform leave out");
    config("regex", "target_modules", "\"(?R)\"", "is not supported");
    lie(
        "alpha-missing",
        "lora_alpha",
        f -> FixtureFiles.removeField(f.resolve(CONFIG), "lora_alpha"));
    lie("rank-missing", "r is", f -> FixtureFiles.removeField(f.resolve(CONFIG), "r"));
  }

  private void addBrokenConfigs() {
    text("config-empty", CONFIG, "", "not a JSON object");
    text("config-list", CONFIG, "[]", "not a JSON object");
    text("config-cut", CONFIG, "{\"r\": 8, \"lora_al", "not valid JSON");
    text("config-nan", CONFIG, "{\"r\": NaN}", "not valid JSON");
    text("config-twice", CONFIG, "{\"r\": 8, \"r\": 9}", "Duplicate");
    text("config-deep", CONFIG, "{\"a\":" + "[".repeat(50_000), "nesting depth");
    text("config-large", CONFIG, " ".repeat((1 << 20) + 1), "over 1048576 bytes");
    lie(
        "config-latin",
        "not valid UTF-8",
        f -> Files.write(f.resolve(CONFIG), new byte[] {'{', -1}));
    lie("config-missing", CONFIG + ": no such file", f -> Files.delete(f.resolve(CONFIG)));
  }

  private void addTensors() {
    tensors(
        "key-renamed", "matches no linear module", w -> w.rename(n -> n.replace("q_proj", "qkv")));
    tensors("key-prefix", "matches no linear module", w -> w.rename(n -> n.substring(11)));
    tensors(
        "key-dropped", "lacks lora_B of model.layers.1.self_attn", w -> w.remove(Q1 + "B.weight"));
    tensors("tensors-none", "lacks lora_A of model.layers.0", AdapterLies::withoutTensors);
    tensors(
        "tensor-more",
        "layers.7",
        w -> w.putZeros(Q1.replace("1.self", "7.self") + "A.weight", 8, 64));
    tensors("tensor-bias", "biases are not replaced", w -> w.putZeros(Q1 + "B.bias", 64));
    tensors(
        "tensor-head",
        "of the head are not served",
        w -> w.putZeros("base_model.model.lm_head.weight", 8));
    tensors(
        "adapters-two",
        "one adapter in a file",
        w -> w.rename(n -> n.replace("B.weight", "B.x.weight")));
    tensors("shape-turned", "has the shape [20, 64]", w -> w.putZeros(Q1 + "B.weight", 20, 64));
    tensors("shape-flat", "has the shape [1280]", w -> w.putZeros(Q1 + "A.weight", 1280));
    tensors("dtype-int8", "has dtype I8", w -> w.put(Q1 + "A.weight", "I8", Q1_A, new byte[1280]));
    tensors(
        "dtype-double", "has dtype F64", w -> w.put(Q1 + "A.weight", "F64", Q1_A, new byte[10240]));
    tensors("dtype-lie", "asks for 5120", w -> w.put(Q1 + "A.weight", "F32", Q1_A, new byte[2560]));
  }

  private void addHeaders() {
    header("header-2-63", Long.MIN_VALUE, "{}", "header length 9223372036854775808");
    header("header-negative", -1, "{}", "header length 18446744073709551615");
    header("header-beyond", 3, "{}", "header length 3; the limit is 2");
    header("header-text", 5, "hello", "header is not valid");
    header("header-list", 2, "[]", "START_OBJECT was expected");
    header("header-more", 4, "{}{}", "something follows");
    header("header-null", 4, "null", "header is");
  }

  private void addHeaderFields() {
    header(
        "shape-overflow",
        """
        {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}\
        """,
        "too large");
    header(
        "shape-negative",
        """
        {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,0]}}\
        """,
        "holds -1");
    header(
        "offsets-back",
        """
        {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}\
        """,
        "lies at [4, 0]");
    header(
        "offsets-beyond",
        """
        {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}\
        """,
        "the data is 0 bytes long");
    header(
        "key-twice",
        """
        {"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{}}\
        """,
        "Duplicate");
    header("header-deep", "{\"a\":" + "{\"b\":".repeat(50_000), "unknown field b");
    header(
        "metadata-deep",
        "{\"__metadata__\":{\"a\":" + "[".repeat(9),
        "__metadata__ is START_ARRAY");
  }

  private void addBrokenWeights() {
    bytes("weights-empty", "0 bytes long", all -> new byte[0]);
    bytes("weights-short", "7 bytes long", all -> Arrays.copyOf(all, 7));
    bytes("weights-half", "the data is", all -> Arrays.copyOf(all, all.length / 2));
    bytes("weights-cut", "the data is", all -> Arrays.copyOf(all, all.length - 1));
    bytes("weights-more", "tensors end at", all -> Arrays.copyOf(all, all.length + 1));
    text(
        "weights-lfs",
        WEIGHTS,
        "version https://git-lfs.github.com/spec/v1\noid x",
        "git lfs pull");
    lie(
        "weights-pickle",
        "is a pickle file, which is never read",
        f -> Files.move(f.resolve(WEIGHTS), f.resolve("adapter_model.bin")));
    lie("weights-missing", WEIGHTS + ": no such file", f -> Files.delete(f.resolve(WEIGHTS)));
  }

  private void addValues() {
    value("value-nan", Float.NaN, "holds NaN or an infinity, first as element 700 of 1280");
    value("value-infinite", Float.NEGATIVE_INFINITY, "holds NaN or an infinity");
    value("value-huge", 0x1p41f, "supported are magnitudes up to 2^40");
    tensors(
        "value-half-nan",
        "holds NaN",
        w -> {
          Arrays.fill(w.toHalf().bytes(Q1 + "A.weight"), 10, 12, (byte) 0xff);
          return w;
        });
  }

  private void addSettings() {
    text("yaml-key", SETTINGS, "tenant: [a]", "the key tenant is not known");
    text("yaml-type", SETTINGS, "pinned: 3", "supported is true or false");
    text("yaml-broken", SETTINGS, "tenants: [", "not valid YAML");
    text("yaml-class", SETTINGS, "pinned: !!java.util.Date 1", "not valid YAML");
    text("yaml-large", SETTINGS, "#".repeat(70_000), "over 65536 bytes");
    text("yaml-bomb", SETTINGS, "tenants: [&a [x], *a, *a]", "not valid YAML");
    text("sha256-other", SETTINGS, "sha256: '" + "ab".repeat(32) + "'", "asks for the sha256 abab");
  }

  private void addFiles() {
    lie("pipe-weights", "not a regular file", f -> pipe(f.resolve(WEIGHTS)));
    lie("pipe-config", "not a regular file", f -> pipe(f.resolve(CONFIG)));
    lie(
        "folder-weights",
        "not a regular file",
        f -> {
          Files.delete(f.resolve(WEIGHTS));
          Files.createDirectory(f.resolve(WEIGHTS));
        });
  }

  private void addLinks() {
    lie("link-weights", WEIGHTS + " is a link that leads out", f -> linkOut(f, WEIGHTS));
    lie("link-config", CONFIG + " is a link that leads out", f -> linkOut(f, CONFIG));
    lie(
        "link-folder",
        "link-folder is a link that leads out",
        f -> {
          CatalogueFixture.delete(f);
          Files.createSymbolicLink(f, outside);
        });
    lie(
        "link-dots",
        WEIGHTS + " is a link that leads out",
        f -> {
          Files.delete(f.resolve(WEIGHTS));
          Path dots = Path.of("../../elsewhere", outside.getFileName().toString(), WEIGHTS);
          Files.createSymbolicLink(f.resolve(WEIGHTS), dots);
        });
    lie(
        "link-device",
        "leads out",
        f -> {
          Files.delete(f.resolve(WEIGHTS));
          Files.createSymbolicLink(f.resolve(WEIGHTS), Path.of("/dev/zero"));
        });
    lie(
        "link-nowhere",
        WEIGHTS + ": no such file",
        f -> {
          Files.delete(f.resolve(WEIGHTS));
          Files.createSymbolicLink(f.resolve(WEIGHTS), Path.of("nowhere"));
        });
  }

  private void addNames() {
    lie("comma,comma", "the name holds U+002C", folder -> {});
    lie("colon:colon", "the name holds U+003A", folder -> {});
    lie("back\\slash", "the name holds U+005C", folder -> {});
    lie("line\nbreak", "the name holds U+000A", folder -> {});
    lie("escape\u001b[2J", "the name holds U+001B", folder -> {});
    lie("blank ", "begins or ends with a blank", folder -> {});
    lie("x".repeat(250), "the name is 250 characters long; supported are 1 to 200", folder -> {});
    lie(CatalogueFixture.BASE, "the name is the id of the base model", folder -> {});
  }

  private void lie(String name, String reason, Change change) {
    lies.add(new Lie(name, reason, change));
  }

  private void config(String name, String field, String json, String reason) {
    lie(name, reason, f -> FixtureFiles.setField(f.resolve(CONFIG), field, json));
  }

  private void text(String name, String file, String text, String reason) {
    lie(name, reason, f -> FixtureFiles.write(f.resolve(file), text));
  }

  private void tensors(String name, String reason, UnaryOperator<SafetensorsWriter> change) {
    lie(
        name,
        reason,
        f -> {
          Path file = f.resolve(WEIGHTS);
          change.apply(SafetensorsWriter.read(file)).write(file);
        });
  }

  private void header(String name, String json, String reason) {
    lie(name, reason, f -> SafetensorsWriter.write(f.resolve(WEIGHTS), json, new byte[0]));
  }

  private void header(String name, long length, String json, String reason) {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    lie(
        name,
        reason,
        f -> SafetensorsWriter.write(f.resolve(WEIGHTS), length, header, new byte[0]));
  }

  private void bytes(String name, String reason, UnaryOperator<byte[]> change) {
    lie(
        name,
        reason,
        f -> {
          Path file = f.resolve(WEIGHTS);
          Files.write(file, change.apply(Files.readAllBytes(file)));
        });
  }

  private void value(String name, float value, String reason) {
    float[] values = new float[1280];
    values[700] = value;
    tensors(
        name,
        reason,
        w -> {
          byte[] bytes = new SafetensorsWriter().putFloats("x", values).bytes("x");
          return w.put(Q1 + "A.weight", "F32", Q1_A, bytes);
        });
  }

  private void linkOut(Path folder, String file) throws IOException {
    Files.delete(folder.resolve(file));
    Files.createSymbolicLink(folder.resolve(file), outside.resolve(file));
  }

  private static SafetensorsWriter withoutTensors(SafetensorsWriter writer) {
    writer.names().forEach(writer::remove);
    return writer;
  }

  private static void pipe(Path file) throws IOException {
    Files.delete(file);
    Process process = new ProcessBuilder("mkfifo", file.toString()).start();
    try {
      if (process.waitFor() != 0) {
        throw new UncheckedIOException(new IOException("mkfifo " + file));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
