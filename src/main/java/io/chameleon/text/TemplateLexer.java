package io.chameleon.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a Jinja2 template into text, outputs and statements, with Jinja2's white space rules already
 * applied: {@code trim_blocks} and {@code lstrip_blocks} on, as chat templates are written for, the
 * signs {@code -} and {@code +}, one trailing newline dropped. Comments are left out.
 */
final class TemplateLexer {

  /** A piece of a template. */
  sealed interface Piece {}

  /** Text that is printed as it stands. */
  record Text(String text) implements Piece {}

  /** The expression between {@code {{} and {@code }}}. */
  record Output(String code) implements Piece {}

  /** The statement between <code>{%</code> and <code>%}</code>. */
  record Statement(String code) implements Piece {}

  private static final Pattern END_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%}");

  private final String source;
  private final List<Piece> pieces = new ArrayList<>();
  private int pos;
  private boolean lineStarts = true;

  private TemplateLexer(String source) {
    this.source = source;
  }

  /**
   * Cuts a template.
   *
   * @throws UnsupportedTemplateException if a tag is not closed
   */
  static List<Piece> lex(String template) {
    String unix = template.replace("\r\n", "\n").replace('\r', '\n');
    String source = unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
    TemplateLexer lexer = new TemplateLexer(source);
    while (lexer.pos < source.length()) {
      lexer.next();
    }
    return lexer.pieces;
  }

  private void next() {
    int open = nextOpening();
    if (open < 0) {
      addText(source.substring(pos));
      pos = source.length();
      return;
    }
    char kind = source.charAt(open + 1);
    char sign = signAt(open + 2);
    addText(stripBefore(source.substring(pos, open), kind, sign));
    int start = open + (sign == 0 ? 2 : 3);
    int close = kind == '#' ? source.indexOf("#}", start) : closing(start, kind);
    if (close < 0) {
      throw new UnsupportedTemplateException(
          "the tag at character %d is not closed".formatted(open));
    }
    char endSign = close > start ? signAt(close - 1) : 0;
    String code = source.substring(start, endSign == 0 ? close : close - 1).strip();
    pos = close + 2;
    if (kind == '%' && code.equals("raw")) {
      raw(endSign);
      return;
    }
    skipAfter(kind, endSign);
    if (kind != '#') {
      pieces.add(kind == '{' ? new Output(code) : new Statement(code));
    }
  }

  private void raw(char sign) {
    if (sign == '-') {
      skipBlanks();
    }
    Matcher end = END_RAW.matcher(source);
    if (!end.find(pos)) {
      throw new UnsupportedTemplateException("{% raw %} is not closed");
    }
    lineStarts = false;
    char before = end.group(1).isEmpty() ? 0 : end.group(1).charAt(0);
    addText(stripBefore(source.substring(pos, end.start()), '%', before));
    pos = end.end();
    skipAfter('%', end.group(2).isEmpty() ? 0 : end.group(2).charAt(0));
  }

  private int nextOpening() {
    for (int i = source.indexOf('{', pos); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private char signAt(int index) {
    char c = index < source.length() ? source.charAt(index) : 0;
    return c == '-' || c == '+' ? c : 0;
  }

  /** Index of the closing delimiter, skipping strings and, in outputs, nested braces. */
  private int closing(int start, char kind) {
    char first = kind == '{' ? '}' : '%';
    int depth = 0;
    for (int i = start; i + 1 < source.length(); i++) {
      char c = source.charAt(i);
      if (c == '\'' || c == '"') {
        i = endOfString(i);
      } else if (c == '{') {
        depth++;
      } else if (c == first && source.charAt(i + 1) == '}' && depth == 0) {
        return i;
      } else if (c == '}') {
        depth--;
      }
    }
    return -1;
  }

  private int endOfString(int start) {
    char quote = source.charAt(start);
    for (int i = start + 1; i < source.length(); i++) {
      char c = source.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == quote) {
        return i;
      }
    }
    return source.length();
  }

  private String stripBefore(String text, char kind, char sign) {
    if (sign == '-') {
      return PythonStrings.rstrip(text);
    }
    int line = text.lastIndexOf('\n') + 1;
    boolean atLineStart = line > 0 || lineStarts;
    if (kind != '{' && sign != '+' && atLineStart && PythonStrings.isBlank(text, line)) {
      return text.substring(0, line);
    }
    return text;
  }

  private void skipAfter(char kind, char sign) {
    int start = pos;
    if (sign == '-') {
      skipBlanks();
    } else if (kind != '{' && sign != '+' && pos < source.length() && source.charAt(pos) == '\n') {
      pos++;
    }
    lineStarts = pos > start && source.charAt(pos - 1) == '\n';
  }

  private void skipBlanks() {
    while (pos < source.length() && PythonStrings.isSpace(source.charAt(pos))) {
      pos++;
    }
  }

  private void addText(String text) {
    if (!text.isEmpty()) {
      pieces.add(new Text(text));
    }
  }
}
