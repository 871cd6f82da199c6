package io.chameleon.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Python's string methods, as far as chat templates use them. */
final class PythonStrings {

  private PythonStrings() {}

  /** Whether Python's {@code str.isspace} holds for the character. */
  static boolean isSpace(char c) {
    return (c >= '\t' && c <= '\r')
        || (c >= 0x1c && c <= ' ')
        || c == 0x85
        || c == 0xa0
        || (c > 0xff && Character.isSpaceChar(c));
  }

  /** Whether the text from {@code from} on is white space only; true for none. */
  static boolean isBlank(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (!isSpace(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static String strip(String text) {
    return lstrip(rstrip(text));
  }

  static String lstrip(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  static String rstrip(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** Drops leading characters that occur in {@code chars}. */
  static String lstrip(String text, String chars) {
    int start = 0;
    while (start < text.length() && chars.indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    return text.substring(start);
  }

  /** Drops trailing characters that occur in {@code chars}. */
  static String rstrip(String text, String chars) {
    int end = text.length();
    while (end > 0 && chars.indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(0, end);
  }

  /** Splits at white space; no empty parts. */
  static List<Object> split(String text) {
    List<Object> parts = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean blank = i == text.length() || isSpace(text.charAt(i));
      if (!blank && start < 0) {
        start = i;
      } else if (blank && start >= 0) {
        parts.add(text.substring(start, i));
        start = -1;
      }
    }
    return parts;
  }

  /**
   * Splits at a separator, from the left.
   *
   * @param most number of cuts; negative for no limit
   */
  static List<Object> split(String text, String separator, int most) {
    requireSeparator(separator);
    List<Object> parts = new ArrayList<>();
    int start = 0;
    int at = text.indexOf(separator);
    while (at >= 0 && (most < 0 || parts.size() < most)) {
      parts.add(text.substring(start, at));
      start = at + separator.length();
      at = text.indexOf(separator, start);
    }
    parts.add(text.substring(start));
    return parts;
  }

  /** Splits at a separator, from the right; {@code most} as in {@link #split}. */
  static List<Object> rsplit(String text, String separator, int most) {
    requireSeparator(separator);
    List<Object> parts = new ArrayList<>();
    int end = text.length();
    int at = text.lastIndexOf(separator);
    while (at >= 0 && (most < 0 || parts.size() < most)) {
      parts.addFirst(text.substring(at + separator.length(), end));
      end = at;
      at = text.lastIndexOf(separator, end - separator.length());
    }
    parts.addFirst(text.substring(0, end));
    return parts;
  }

  private static void requireSeparator(String separator) {
    if (separator.isEmpty()) {
      throw new IllegalArgumentException("empty separator");
    }
  }

  /**
   * Replaces from the left.
   *
   * @param most number of replacements; negative for no limit
   */
  static String replace(String text, String old, String with, int most) {
    if (most < 0) {
      return text.replace(old, with);
    }
    StringBuilder out = new StringBuilder();
    int start = 0;
    int at = text.indexOf(old);
    for (int done = 0; at >= 0 && done < most; done++) {
      out.append(text, start, at).append(with);
      start = at + old.length();
      at = text.indexOf(old, start);
    }
    return out.append(text, start, text.length()).toString();
  }

  /** The first character upper case, all others lower case. */
  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return text.substring(0, first).toUpperCase(Locale.ROOT)
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  /** Every run of letters capitalised. */
  static String title(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Character.isLetter(c);
    }
    return out.toString();
  }

  /** How often {@code part} occurs without overlap. */
  static long count(String text, String part) {
    if (part.isEmpty()) {
      return text.codePointCount(0, text.length()) + 1L;
    }
    long count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }
}
