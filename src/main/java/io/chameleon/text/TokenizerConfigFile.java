package io.chameleon.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The chat template and the tokens it may name, from the small files beside a tokenizer.json.
 *
 * @param chatTemplate Jinja2, or null where the model has none
 * @param specialTokens text of bos_token, eos_token and so on, those the folder names
 */
record TokenizerConfigFile(@Nullable String chatTemplate, Map<String, String> specialTokens) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final List<String> NAMES =
      List.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token");

  /** Reads tokenizer_config.json, special_tokens_map.json and chat_template.jinja, all optional. */
  static TokenizerConfigFile read(Path folder) throws IOException {
    JsonNode config = json(folder.resolve("tokenizer_config.json"));
    JsonNode map = json(folder.resolve("special_tokens_map.json"));
    Map<String, String> specialTokens = new HashMap<>();
    for (String name : NAMES) {
      String text = tokenText(config.path(name));
      String fallback = text == null ? tokenText(map.path(name)) : text;
      if (fallback != null) {
        specialTokens.put(name, fallback);
      }
    }
    Path template = folder.resolve("chat_template.jinja");
    String chatTemplate =
        Files.isRegularFile(template)
            ? Files.readString(template)
            : templateOf(config.path("chat_template"));
    return new TokenizerConfigFile(chatTemplate, Map.copyOf(specialTokens));
  }

  private static JsonNode json(Path file) throws IOException {
    return Files.isRegularFile(file) ? JSON.readTree(file) : JSON.createObjectNode();
  }

  private static @Nullable String tokenText(JsonNode token) {
    JsonNode text = token.isObject() ? token.path("content") : token;
    return text.isString() ? text.asString() : null;
  }

  private static @Nullable String templateOf(JsonNode template) {
    for (JsonNode named : template) {
      if (named.path("name").asString("").equals("default")) {
        return named.path("template").asString();
      }
    }
    return template.isString() ? template.asString() : null;
  }
}
