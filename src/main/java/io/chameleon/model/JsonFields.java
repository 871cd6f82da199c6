package io.chameleon.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Typed reading of a JSON object whose faults name file, field, value and what was expected. A
 * field that is null counts as absent.
 */
public final class JsonFields {

  private static final int MAX_QUOTED = 200;

  private final ObjectNode object;
  private final String file;

  /**
   * Fields of an object.
   *
   * @param file name for messages, for example {@code config.json}
   */
  public JsonFields(ObjectNode object, String file) {
    this.object = object;
    this.file = file;
  }

  /** Whether the field is there and not null. */
  public boolean has(String field) {
    return object.hasNonNull(field);
  }

  /** Whether the field is written, be it as null. */
  public boolean mentions(String field) {
    return object.has(field);
  }

  /** The value of a field, or nothing if it is absent. */
  public Optional<JsonNode> node(String field) {
    return has(field) ? Optional.of(object.get(field)) : Optional.empty();
  }

  /**
   * A whole number, or the fallback if the field is absent.
   *
   * @throws InvalidFileException if it is no whole number in [min, max]
   */
  public int integer(String field, int min, int max, int fallback) {
    return has(field) ? integer(field, min, max) : fallback;
  }

  /**
   * A whole number.
   *
   * @throws InvalidFileException if it is absent or no whole number in [min, max]
   */
  public int integer(String field, int min, int max) {
    JsonNode node = required(field);
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < min
        || node.intValue() > max) {
      throw fault(field, "a whole number from %d to %d".formatted(min, max));
    }
    return node.intValue();
  }

  /**
   * A finite number over zero, or the fallback if the field is absent.
   *
   * @throws InvalidFileException if it is anything else
   */
  public double positive(String field, double fallback) {
    return has(field) ? positive(field) : fallback;
  }

  /**
   * A finite number over zero.
   *
   * @throws InvalidFileException if it is absent or anything else
   */
  public double positive(String field) {
    JsonNode node = required(field);
    if (!node.isNumber() || !(node.doubleValue() > 0) || Double.isInfinite(node.doubleValue())) {
      throw fault(field, "a number over 0");
    }
    return node.doubleValue();
  }

  /**
   * True or false, or the fallback if the field is absent.
   *
   * @throws InvalidFileException if it is anything else
   */
  public boolean flag(String field, boolean fallback) {
    if (!has(field)) {
      return fallback;
    }
    JsonNode node = required(field);
    if (!node.isBoolean()) {
      throw fault(field, "true or false");
    }
    return node.booleanValue();
  }

  /**
   * A text, or the fallback if the field is absent.
   *
   * @throws InvalidFileException if it is anything else
   */
  public String text(String field, String fallback) {
    if (!has(field)) {
      return fallback;
    }
    JsonNode node = required(field);
    if (!node.isString()) {
      throw fault(field, "a text");
    }
    return node.stringValue();
  }

  /**
   * The fields of an object, or nothing if the field is absent.
   *
   * @throws InvalidFileException if it is anything else
   */
  public Optional<JsonFields> object(String field) {
    if (!has(field)) {
      return Optional.empty();
    }
    if (required(field) instanceof ObjectNode child) {
      return Optional.of(new JsonFields(child, "%s: %s".formatted(file, field)));
    }
    throw fault(field, "an object");
  }

  /** The fault of a field: names file, field, value and what is supported. */
  public InvalidFileException fault(String field, String supported) {
    return new InvalidFileException(
        "%s: %s is %s; supported is %s"
            .formatted(file, field, quoted(object.get(field)), supported));
  }

  /** A value as JSON, cut where it is long. */
  public static String quoted(@Nullable JsonNode value) {
    String text = value == null ? "missing" : value.toString();
    return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…";
  }

  private JsonNode required(String field) {
    JsonNode node = object.get(field);
    if (node == null || node.isNull()) {
      throw new InvalidFileException("%s: %s is missing".formatted(file, field));
    }
    return node;
  }
}
