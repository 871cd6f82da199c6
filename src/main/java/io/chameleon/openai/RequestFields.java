package io.chameleon.openai;

import io.chameleon.request.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Typed access to the fields of one JSON object of a request. A field that is {@code null} counts
 * as absent; keys that nobody asks for are ignored.
 */
final class RequestFields {

  private final ObjectNode object;

  private final String prefix;

  private RequestFields(ObjectNode object, String prefix) {
    this.object = object;
    this.prefix = prefix;
  }

  /** The fields of the whole body. */
  static RequestFields of(ObjectNode body) {
    return new RequestFields(body, "");
  }

  /** The fields of an object at a path such as {@code messages[0]}. */
  static RequestFields at(JsonNode node, String path) {
    return new RequestFields(JsonValues.object(node, path), path + ".");
  }

  /** The field's path from the root of the body, as {@code param} names it. */
  String path(String name) {
    return prefix + name;
  }

  /** The field as it stands, or null where it is absent or {@code null}. */
  @Nullable JsonNode optional(String name) {
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? null : node;
  }

  /** The field as it stands. */
  JsonNode required(String name, String wanted) {
    JsonNode node = optional(name);
    if (node == null) {
      throw new InvalidRequestException(
          path(name), "%s is missing; it must be %s.".formatted(path(name), wanted));
    }
    return node;
  }

  /** A string that must be there. */
  String string(String name) {
    return JsonValues.string(required(name, "a string"), path(name));
  }

  /** A boolean, or the value that stands for an absent one. */
  boolean bool(String name, boolean absent) {
    JsonNode node = optional(name);
    return node == null ? absent : JsonValues.bool(node, path(name));
  }

  /** An integer from min to max, or null where it is absent. */
  @Nullable Integer optionalInteger(String name, int min, int max) {
    JsonNode node = optional(name);
    return node == null ? null : (Integer) JsonValues.integer(node, path(name), min, max);
  }

  /** An integer from min to max, or the value that stands for an absent one. */
  int integer(String name, int min, int max, int absent) {
    Integer value = optionalInteger(name, min, max);
    return value == null ? absent : value;
  }

  /** An integer of 64 bits, or null where it is absent. */
  @Nullable Long optionalInt64(String name) {
    JsonNode node = optional(name);
    return node == null ? null : (Long) JsonValues.int64(node, path(name));
  }

  /** A finite number, or the value that stands for an absent one; its range is not checked. */
  double number(String name, double absent) {
    JsonNode node = optional(name);
    return node == null ? absent : JsonValues.number(node, path(name));
  }

  /** An object's fields, or null where it is absent. */
  @Nullable RequestFields optionalObject(String name) {
    JsonNode node = optional(name);
    return node == null ? null : at(node, path(name));
  }

  /** The integers of an array, each from min to max; empty where it is absent. */
  List<Integer> integers(String name, int min, int max) {
    JsonNode node = optional(name);
    if (node == null) {
      return List.of();
    }
    ArrayNode array = JsonValues.array(node, path(name));
    List<Integer> values = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      values.add(JsonValues.integer(array.get(i), "%s[%d]".formatted(path(name), i), min, max));
    }
    return values;
  }
}
