package io.chameleon.text;

/** The escapes of Python's string literals, as Jinja2 decodes them. */
final class PythonEscapes {

  private static final String SIMPLE = "ntrabfv\\'\"";
  private static final String SIMPLE_VALUES = "\n\t\r\u0007\b\f\u000b\\'\"";

  private PythonEscapes() {}

  /** The value of the literal's inside, which lies between two indices of the code. */
  static String unescape(String code, int from, int to) {
    StringBuilder out = new StringBuilder(to - from);
    int pos = from;
    while (pos < to) {
      char c = code.charAt(pos);
      if (c == '\\' && pos + 1 < to) {
        pos = unescapeOne(code, pos + 1, to, out);
      } else {
        out.append(c);
        pos++;
      }
    }
    return out.toString();
  }

  private static int unescapeOne(String code, int pos, int to, StringBuilder out) {
    char c = code.charAt(pos);
    int simple = SIMPLE.indexOf(c);
    if (simple >= 0) {
      out.append(SIMPLE_VALUES.charAt(simple));
      return pos + 1;
    }
    return switch (c) {
      case '\n' -> pos + 1; // a line goes on
      case 'x' -> digits(code, pos + 1, to, 2, 16, out);
      case 'u' -> digits(code, pos + 1, to, 4, 16, out);
      case 'U' -> digits(code, pos + 1, to, 8, 16, out);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(code, pos, to, out);
      default -> {
        out.append('\\').append(c); // Python keeps what it does not know
        yield pos + 1;
      }
    };
  }

  private static int octal(String code, int pos, int to, StringBuilder out) {
    int end = pos;
    while (end < to && end < pos + 3 && code.charAt(end) >= '0' && code.charAt(end) <= '7') {
      end++;
    }
    return digits(code, pos, to, end - pos, 8, out);
  }

  private static int digits(String code, int pos, int to, int count, int radix, StringBuilder out) {
    if (pos + count > to) {
      throw new UnsupportedTemplateException("a cut escape in '%s'".formatted(code));
    }
    try {
      out.appendCodePoint(Integer.parseInt(code, pos, pos + count, radix));
    } catch (IllegalArgumentException e) {
      throw new UnsupportedTemplateException("a bad escape in '%s'".formatted(code));
    }
    return pos + count;
  }
}
