package io.chameleon.openai;

import io.chameleon.request.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON values as Java values, without any coercion: {@code "1"} and {@code 1.0} are no integers,
 * {@code 1} is no string. Every refusal names the path, the value and what is wanted.
 */
final class JsonValues {

  private static final int SHOWN_CHARACTERS = 60;

  private JsonValues() {}

  /** A string of whole characters: unpaired surrogates cannot be sent back as UTF-8. */
  static String string(JsonNode node, String path) {
    if (!node.isString()) {
      throw wrong(node, path, "a string");
    }
    String value = node.stringValue();
    if (!isWellFormed(value)) {
      throw new InvalidRequestException(
          path, "%s has an unpaired surrogate; it must be valid Unicode text.".formatted(path));
    }
    return value;
  }

  /** An integer within a range, both ends included. */
  static int integer(JsonNode node, String path, int min, int max) {
    boolean valid =
        node.isIntegralNumber()
            && node.canConvertToInt()
            && node.intValue() >= min
            && node.intValue() <= max;
    if (!valid) {
      throw wrong(node, path, "an integer from %d to %d".formatted(min, max));
    }
    return node.intValue();
  }

  /** An integer of 64 bits. */
  static long int64(JsonNode node, String path) {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong(node, path, "an integer of 64 bits");
    }
    return node.longValue();
  }

  /** A finite number, integral or not. */
  static double number(JsonNode node, String path) {
    double value = node.isNumber() ? node.numberValue().doubleValue() : Double.NaN;
    if (!Double.isFinite(value)) {
      throw wrong(node, path, "a finite number");
    }
    return value;
  }

  /** True or false. */
  static boolean bool(JsonNode node, String path) {
    if (!node.isBoolean()) {
      throw wrong(node, path, "true or false");
    }
    return node.booleanValue();
  }

  /** An array. */
  static ArrayNode array(JsonNode node, String path) {
    if (node instanceof ArrayNode array) {
      return array;
    }
    throw wrong(node, path, "an array");
  }

  /** An object. */
  static ObjectNode object(JsonNode node, String path) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw wrong(node, path, "an object");
  }

  /** The refusal of a value. */
  static InvalidRequestException wrong(JsonNode node, String path, String wanted) {
    return new InvalidRequestException(
        path, "%s is %s; it must be %s.".formatted(path, show(node), wanted));
  }

  /** The value as a message may show it: short, and of whole characters. */
  static String show(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> node.isEmpty() ? "{}" : "an object";
      case ARRAY -> node.isEmpty() ? "[]" : "an array";
      // A number's own text would put quotes around infinity.
      case NUMBER -> shorten(node.numberValue().toString());
      default -> shorten(node.toString());
    };
  }

  /** At most {@value #SHOWN_CHARACTERS} characters of a text, unpaired surrogates replaced. */
  static String shorten(String text) {
    String shown =
        text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    return new String(shown.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static boolean isWellFormed(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
