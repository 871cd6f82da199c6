package io.chameleon.text;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The demo model's tokenizer files, and variations of them. */
final class DemoTokenizer {

  static final JsonMapper JSON = JsonMapper.builder().build();

  private DemoTokenizer() {}

  static Path folder() {
    URL file =
        Objects.requireNonNull(DemoTokenizer.class.getResource("/demo-model/base/tokenizer.json"));
    try {
      return Path.of(file.toURI()).resolveSibling("");
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static HuggingFaceTextCodec codec() throws IOException {
    return open(folder(), false);
  }

  static HuggingFaceTextCodec open(Path folder, boolean parseSpecial) throws IOException {
    return HuggingFaceTextCodec.open(folder, parseSpecial, Clock.systemUTC());
  }

  /** Copies the demo's tokenizer with a change, and a chat template if it is not empty. */
  static HuggingFaceTextCodec variation(Path folder, Consumer<ObjectNode> change, String template)
      throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(folder().resolve("tokenizer.json"));
    change.accept(json);
    Files.writeString(folder.resolve("tokenizer.json"), JSON.writeValueAsString(json));
    Files.copy(folder().resolve("tokenizer_config.json"), folder.resolve("tokenizer_config.json"));
    if (!template.isEmpty()) {
      Files.writeString(folder.resolve("chat_template.jinja"), template);
    }
    return open(folder, false);
  }

  /** Adds a token that is not in the vocabulary. */
  static ObjectNode addToken(ObjectNode json, int id, String content, boolean special) {
    return ((ArrayNode) json.get("added_tokens"))
        .addObject()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", special);
  }
}
