package io.chameleon.openai;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * The texts that end an answer.
 *
 * @param strings at most {@value #MAX_STRINGS}, none empty
 * @param included whether the text that was found stays in the answer
 */
record StopOptions(List<String> strings, boolean included) {

  /** The OpenAI API's own limit. */
  static final int MAX_STRINGS = 4;

  /** Reads {@code stop} and {@code include_stop_str_in_output}. */
  static StopOptions read(RequestFields body) {
    return new StopOptions(
        strings(body.optional("stop"), body.path("stop")),
        body.bool("include_stop_str_in_output", false));
  }

  private static List<String> strings(@Nullable JsonNode node, String path) {
    if (node == null) {
      return List.of();
    }
    if (node.isString()) {
      return List.of(nonEmpty(node, path));
    }
    if (!(node instanceof ArrayNode array) || array.size() > MAX_STRINGS) {
      throw JsonValues.wrong(
          node, path, "a string or an array of at most %d strings".formatted(MAX_STRINGS));
    }
    List<String> strings = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      strings.add(nonEmpty(array.get(i), "%s[%d]".formatted(path, i)));
    }
    return List.copyOf(strings);
  }

  private static String nonEmpty(JsonNode node, String path) {
    String text = JsonValues.string(node, path);
    if (text.isEmpty()) {
      throw JsonValues.wrong(node, path, "at least one character");
    }
    return text;
  }
}
