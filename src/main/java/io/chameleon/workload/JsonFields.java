package io.chameleon.workload;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a line that is a JSON object. */
record JsonFields(TraceLine line, ObjectNode node) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /**
   * Reads a line.
   *
   * @throws InvalidTraceException if it is not one JSON object
   */
  static JsonFields of(TraceLine line) {
    try {
      if (MAPPER.readTree(line.text()) instanceof ObjectNode object) {
        return new JsonFields(line, object);
      }
    } catch (JacksonException e) {
      throw line.error("is not JSON: " + e.getOriginalMessage());
    }
    throw line.error("is JSON, but no object");
  }

  int tokens(String field, int least) {
    JsonNode value = value(field);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < least) {
      throw line.error(
          field, value, "a whole number from %d to %d".formatted(least, Integer.MAX_VALUE));
    }
    return value.intValue();
  }

  double number(String field) {
    JsonNode value = value(field);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw line.error(field, value, "a finite number");
    }
    return value.doubleValue();
  }

  /** A name; null where the field is missing or null. */
  @Nullable String name(String field) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw line.error(field, value, "a string or null");
    }
    return value.stringValue();
  }

  private JsonNode value(String field) {
    JsonNode value = node.get(field);
    if (value == null) {
      throw line.error("has no field " + field);
    }
    return value;
  }
}
