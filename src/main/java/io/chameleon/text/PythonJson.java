package io.chameleon.text;

import io.chameleon.text.PythonValues.None;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON as Python's {@code json.dumps(value, ensure_ascii=False, indent=…)} writes it, blanks after
 * comma and colon included: the {@code tojson} of chat templates.
 */
final class PythonJson {

  private final int indent;
  private final StringBuilder out = new StringBuilder();

  private PythonJson(int indent) {
    this.indent = indent;
  }

  /**
   * Writes a value.
   *
   * @param indent blanks a level; negative for one line
   */
  static String write(@Nullable Object value, int indent) {
    PythonJson json = new PythonJson(indent);
    json.append(value, 1);
    return json.out.toString();
  }

  private void append(@Nullable Object value, int depth) {
    switch (value) {
      case null -> throw new IllegalArgumentException("an undefined value has no JSON");
      case CharSequence text -> appendString(text);
      case Number number -> out.append(number);
      case Boolean bool -> out.append(bool);
      case Map<?, ?> map -> appendMap(map, depth);
      case Collection<?> items -> appendList(items, depth);
      default -> {
        if (value != None.NONE) {
          throw new IllegalArgumentException("%s has no JSON".formatted(value));
        }
        out.append("null");
      }
    }
  }

  private void appendMap(Map<?, ?> map, int depth) {
    out.append('{');
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator);
      newLine(depth);
      appendString(PythonValues.str(entry.getKey()));
      out.append(": ");
      append(entry.getValue(), depth + 1);
      separator = comma();
    }
    close(map.isEmpty(), depth, '}');
  }

  private void appendList(Collection<?> items, int depth) {
    out.append('[');
    String separator = "";
    for (Object item : items) {
      out.append(separator);
      newLine(depth);
      append(item, depth + 1);
      separator = comma();
    }
    close(items.isEmpty(), depth, ']');
  }

  private String comma() {
    return indent < 0 ? ", " : ",";
  }

  private void close(boolean empty, int depth, char bracket) {
    if (!empty) {
      newLine(depth - 1);
    }
    out.append(bracket);
  }

  private void newLine(int depth) {
    if (indent >= 0) {
      out.append('\n').repeat(' ', indent * depth);
    }
  }

  private void appendString(CharSequence text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ') {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
