package io.chameleon.adapter.peft;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Writes an expression of Python's {@code re} as one of Java's. What differs is translated (named
 * groups, a bracket inside a class, {@code \Z}); what Java reads otherwise or not at all is
 * refused.
 */
final class PythonPatternTranslator {

  /**
   * Always true, but reads a character. It stands at the start of every alternative, so that
   * backtracking which reads nothing still uses up the step limit.
   */
  private static final String PROBE = "(?:\\b|\\B)";

  private static final int MAX_DEPTH = 30;
  private static final int MAX_REPEAT = 1_000;
  private static final String SHARED_ESCAPES = "AbBdDsSwWfnrtxu";
  private static final String QUANTIFIERS = "*+?{";
  private static final Pattern REPEAT = Pattern.compile("\\{(\\d*)(,?)(\\d*)}");
  private static final Pattern NAMED_GROUP = Pattern.compile("\\(\\?P<([A-Za-z_]\\w*)>");
  private static final Pattern NAMED_REFERENCE = Pattern.compile("\\(\\?P=([A-Za-z_]\\w*)\\)");
  private static final Pattern PLAIN_GROUP = Pattern.compile("\\((\\?(:|=|!|<=|<!|>))?");
  private static final Pattern FLAGS = Pattern.compile("\\(\\?([aims]*)(-[ims]+)?([:)])");

  private final String source;
  private final StringBuilder java = new StringBuilder();
  private final Map<String, String> groupNames = new LinkedHashMap<>();
  private int position;
  private int depth;

  private PythonPatternTranslator(String source) {
    this.source = source;
  }

  /**
   * The expression in Java's syntax.
   *
   * @throws PatternSyntaxException if it has no equal
   */
  static String toJava(String source) {
    PythonPatternTranslator translator = new PythonPatternTranslator(source);
    while (translator.position < source.length()) {
      translator.translateNext();
    }
    return translator.java.toString();
  }

  private void translateNext() {
    char next = source.charAt(position);
    switch (next) {
      case '\\' -> escape(false);
      case '[' -> characterClass();
      case '(' -> open();
      case ')' -> {
        depth--;
        copy(1);
      }
      case '|' -> {
        copy(1);
        probe();
      }
      case '{' -> repeat();
      case '}' -> literal(next);
      default -> copy(1);
    }
  }

  private void escape(boolean inClass) {
    if (position + 1 == source.length()) {
      throw fault("a lone backslash at the end");
    }
    char escaped = source.charAt(position + 1);
    boolean isLetter = escaped < 128 && Character.isLetter(escaped);
    if (escaped == 'Z' && !inClass) {
      java.append("\\z");
      position += 2;
    } else if (escaped == '0' || isLetter && SHARED_ESCAPES.indexOf(escaped) < 0) {
      throw fault("the escape \\%c".formatted(escaped));
    } else {
      copy(2);
    }
  }

  private void characterClass() {
    copy(1);
    if (position < source.length() && source.charAt(position) == '^') {
      copy(1);
    }
    boolean isFirst = true;
    while (position < source.length()) {
      char next = source.charAt(position);
      if (next == ']' && !isFirst) {
        copy(1);
        return;
      }
      isFirst = false;
      switch (next) {
        case '\\' -> escape(true);
        case '[', ']', '&', '^' -> literal(next);
        default -> copy(1);
      }
    }
    throw fault("an open bracket");
  }

  private void open() {
    if (++depth > MAX_DEPTH) {
      throw fault("groups nested over %d deep".formatted(MAX_DEPTH));
    }
    Matcher named = at(NAMED_GROUP);
    Matcher reference = at(NAMED_REFERENCE);
    Matcher flags = at(FLAGS);
    if (named.lookingAt()) {
      java.append("(?<").append(newName(named.group(1))).append('>');
      position = named.end();
      probe();
    } else if (reference.lookingAt()) {
      java.append("\\k<").append(knownName(reference.group(1))).append('>');
      position = reference.end();
      depth--;
    } else if (flags.lookingAt() && !flags.group().equals("(?:")) {
      setFlags(flags);
    } else {
      Matcher plain = at(PLAIN_GROUP);
      if (!plain.lookingAt() || source.startsWith("(?", position) && plain.group(1) == null) {
        throw fault("this kind of group");
      }
      copy(plain.end() - position);
      probe();
    }
  }

  private void setFlags(Matcher flags) {
    String on = flags.group(1).replace("a", "");
    String off = flags.group(2) == null ? "" : flags.group(2);
    boolean isGroup = flags.group(3).equals(":");
    position = flags.end();
    if (isGroup || !(on + off).isEmpty()) {
      java.append("(?").append(on).append(off).append(flags.group(3));
    }
    if (isGroup) {
      probe();
    } else {
      depth--;
    }
  }

  private void probe() {
    if (position < source.length() && QUANTIFIERS.indexOf(source.charAt(position)) >= 0) {
      throw fault("nothing to repeat");
    }
    java.append(PROBE);
  }

  private void repeat() {
    Matcher repeat = at(REPEAT);
    if (!repeat.lookingAt() || repeat.group(1).isEmpty() && repeat.group(3).isEmpty()) {
      literal('{');
      return;
    }
    requireSmall(repeat.group(1));
    requireSmall(repeat.group(3));
    java.append('{').append(repeat.group(1).isEmpty() ? "0" : repeat.group(1));
    java.append(repeat.group(2)).append(repeat.group(3)).append('}');
    position = repeat.end();
  }

  private void requireSmall(String count) {
    if (count.length() > 4 || !count.isEmpty() && Integer.parseInt(count) > MAX_REPEAT) {
      throw fault("a repetition of %s; the limit is %d".formatted(count, MAX_REPEAT));
    }
  }

  private String newName(String python) {
    String name = "g" + groupNames.size();
    if (groupNames.put(python, name) != null) {
      throw fault("two groups named %s".formatted(python));
    }
    return name;
  }

  private String knownName(String python) {
    String name = groupNames.get(python);
    if (name == null) {
      throw fault("the unknown group %s".formatted(python));
    }
    return name;
  }

  private Matcher at(Pattern pattern) {
    return pattern.matcher(source).region(position, source.length());
  }

  private void copy(int length) {
    java.append(source, position, position + length);
    position += length;
  }

  private void literal(char character) {
    java.append('\\').append(character);
    position++;
  }

  private PatternSyntaxException fault(String what) {
    return new PatternSyntaxException(what, source, position);
  }
}
