package io.chameleon.text;

import java.util.ArrayList;
import java.util.List;

/**
 * A token of a Jinja2 expression.
 *
 * @param text as written; of a string the value
 */
record TemplateToken(Kind kind, String text) {

  /** What a token is. */
  enum Kind {
    NAME,
    NUMBER,
    STRING,
    OPERATOR
  }

  private static final List<String> LONG_OPERATORS = List.of("==", "!=", "<=", ">=", "**", "//");

  static TemplateToken operator(String text) {
    return new TemplateToken(Kind.OPERATOR, text);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  /** +1 for an opening bracket, −1 for a closing one. */
  int nesting() {
    if (kind != Kind.OPERATOR) {
      return 0;
    }
    return switch (text) {
      case "(", "[", "{" -> 1;
      case ")", "]", "}" -> -1;
      default -> 0;
    };
  }

  /** The token as Jinjava reads it. */
  String source() {
    return kind == Kind.STRING ? literal(text) : text;
  }

  /** A string as a literal of Jinjava, which knows escapes of the backslash and the quote only. */
  static String literal(String text) {
    return '\'' + text.replace("\\", "\\\\").replace("'", "\\'") + '\'';
  }

  /** The tokens in a row, blanks between them where names would run together. */
  static String join(List<TemplateToken> tokens) {
    StringBuilder out = new StringBuilder();
    TemplateToken last = operator("");
    for (TemplateToken token : tokens) {
      if (token.needsBlankAfter(last)) {
        out.append(' ');
      }
      out.append(token.source());
      last = token;
    }
    return out.toString();
  }

  /** Whether a blank must or should stand between the token before and this one. */
  boolean needsBlankAfter(TemplateToken before) {
    boolean member = isOperator(".") || before.isOperator(".");
    boolean call = isOperator("(") && before.kind == Kind.NAME;
    return !member && !call && !before.text.isEmpty();
  }

  /**
   * Cuts an expression into tokens.
   *
   * @throws UnsupportedTemplateException for a character that begins no token
   */
  static List<TemplateToken> scan(String code) {
    List<TemplateToken> tokens = new ArrayList<>();
    int pos = 0;
    while (pos < code.length()) {
      char c = code.charAt(pos);
      if (PythonStrings.isSpace(c)) {
        pos++;
      } else if (c == '\'' || c == '"') {
        pos = scanString(code, pos, tokens);
      } else if (Character.isJavaIdentifierStart(c) && c != '$') {
        pos = scanWord(code, pos, Kind.NAME, tokens);
      } else if (c >= '0' && c <= '9') {
        pos = scanWord(code, pos, Kind.NUMBER, tokens);
      } else {
        pos = scanOperator(code, pos, tokens);
      }
    }
    return tokens;
  }

  private static int scanString(String code, int start, List<TemplateToken> tokens) {
    char quote = code.charAt(start);
    int end = start + 1;
    while (end < code.length() && code.charAt(end) != quote) {
      end += code.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= code.length()) {
      throw new UnsupportedTemplateException("a string is not closed: " + code.substring(start));
    }
    tokens.add(new TemplateToken(Kind.STRING, PythonEscapes.unescape(code, start + 1, end)));
    return end + 1;
  }

  private static int scanWord(String code, int start, Kind kind, List<TemplateToken> tokens) {
    int end = start + 1;
    while (end < code.length() && isPartOf(code, end, kind)) {
      end++;
    }
    tokens.add(new TemplateToken(kind, code.substring(start, end)));
    return end;
  }

  private static boolean isPartOf(String code, int index, Kind kind) {
    char c = code.charAt(index);
    if (kind == Kind.NAME) {
      return Character.isJavaIdentifierPart(c) && c != '$';
    }
    boolean fraction = c == '.' && index + 1 < code.length() && isDigit(code.charAt(index + 1));
    return isDigit(c) || fraction;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int scanOperator(String code, int start, List<TemplateToken> tokens) {
    for (String operator : LONG_OPERATORS) {
      if (code.startsWith(operator, start)) {
        tokens.add(operator(operator));
        return start + 2;
      }
    }
    char c = code.charAt(start);
    if ("+-*/%~<>=|.,:()[]{}".indexOf(c) < 0) {
      throw new UnsupportedTemplateException("the character '%s' in '%s'".formatted(c, code));
    }
    tokens.add(operator(String.valueOf(c)));
    return start + 1;
  }
}
