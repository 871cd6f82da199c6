package io.chameleon.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Values of a template as Python sees them. Java's null is Jinja2's undefined; Python's None is
 * {@link None#NONE}.
 */
final class PythonValues {

  private PythonValues() {}

  /** Python's None. */
  enum None {
    NONE;

    @Override
    public String toString() {
      return "None";
    }
  }

  /** What {@code bool(value)} gives. */
  static boolean isTrue(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean b -> b;
      case Number number -> number.doubleValue() != 0;
      case CharSequence text -> !text.isEmpty();
      case Collection<?> items -> !items.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> value != None.NONE;
    };
  }

  /** What {@code a == b} gives: a boolean equals 0 or 1, else values of two types differ. */
  static boolean isEqual(@Nullable Object a, @Nullable Object b) {
    Object left = a instanceof Boolean bool ? (bool ? 1 : 0) : a;
    Object right = b instanceof Boolean bool ? (bool ? 1 : 0) : b;
    if (left instanceof Number x && right instanceof Number y) {
      return x.doubleValue() == y.doubleValue();
    }
    return Objects.equals(left, right);
  }

  /** What {@code str(value)} gives; undefined is empty. */
  static String str(@Nullable Object value) {
    return value == null || value instanceof CharSequence
        ? (value == null ? "" : value.toString())
        : repr(value);
  }

  /** What {@code repr(value)} gives. */
  static String repr(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    appendRepr(out, value);
    return out.toString();
  }

  private static void appendRepr(StringBuilder out, @Nullable Object value) {
    switch (value) {
      case null -> out.append("Undefined");
      case Boolean b -> out.append(b ? "True" : "False");
      case CharSequence text -> appendQuoted(out, text.toString());
      case Map<?, ?> map -> appendMap(out, map);
      case Collection<?> items -> appendList(out, items);
      default -> out.append(value);
    }
  }

  private static void appendMap(StringBuilder out, Map<?, ?> map) {
    String separator = "{";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator);
      appendRepr(out, entry.getKey());
      appendRepr(out.append(": "), entry.getValue());
      separator = ", ";
    }
    out.append(map.isEmpty() ? "{}" : "}");
  }

  private static void appendList(StringBuilder out, Collection<?> items) {
    String separator = "[";
    for (Object item : items) {
      appendRepr(out.append(separator), item);
      separator = ", ";
    }
    out.append(items.isEmpty() ? "[]" : "]");
  }

  private static void appendQuoted(StringBuilder out, String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c == quote) {
            out.append('\\').append(c);
          } else if (c < ' ' || c == 0x7f) {
            out.append("\\x%02x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append(quote);
  }

  /**
   * What Python iterates over: items of a list, keys of a dict, characters of a string.
   *
   * @throws IllegalArgumentException if the value cannot be iterated over
   */
  static List<@Nullable Object> iterate(@Nullable Object value) {
    return switch (value) {
      case null -> List.of(); // undefined iterates as empty
      case Map<?, ?> map -> new ArrayList<>(map.keySet());
      case Collection<?> items -> new ArrayList<>(items);
      case Object[] items -> new ArrayList<>(List.of(items));
      case CharSequence text -> characters(text.toString());
      default -> throw new IllegalArgumentException("%s is not iterable".formatted(repr(value)));
    };
  }

  private static List<@Nullable Object> characters(String text) {
    List<@Nullable Object> characters = new ArrayList<>(text.length());
    text.codePoints().mapToObj(Character::toString).forEach(characters::add);
    return characters;
  }

  /** What {@code len(value)} gives. */
  static long length(@Nullable Object value) {
    return value instanceof CharSequence text ? text.codePoints().count() : iterate(value).size();
  }

  /** The key-value pairs of a dict; of undefined, none. */
  static List<Object> items(@Nullable Object value) {
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("%s is not a dict".formatted(repr(value)));
    }
    List<Object> items = new ArrayList<>(map.size());
    map.forEach((key, entry) -> items.add(new ArrayList<@Nullable Object>(pair(key, entry))));
    return items;
  }

  private static List<@Nullable Object> pair(@Nullable Object key, @Nullable Object value) {
    List<@Nullable Object> pair = new ArrayList<>(2);
    pair.add(key);
    pair.add(value);
    return pair;
  }
}
