package io.chameleon.adapter.peft;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of Python's {@code re}, as PEFT configurations hold them, run by Java's
 * engine with a bound on its work: backtracking that would take forever ends in a refusal. For one
 * thread.
 */
final class PythonPattern {

  /** Characters that all matches of one pattern may read together: a second's work at most. */
  private static final int MAX_STEPS = 5_000_000;

  private static final int MAX_LENGTH = 10_000;
  private static final int MAX_QUOTED = 200;

  private final String source;
  private final Pattern pattern;
  private int steps;

  private PythonPattern(String source, Pattern pattern) {
    this.source = source;
    this.pattern = pattern;
  }

  /**
   * Compiles an expression.
   *
   * @param field of the configuration, for messages
   * @throws InvalidAdapterException if it cannot be run here
   */
  static PythonPattern compile(String source, String field) {
    if (source.length() > MAX_LENGTH) {
      throw new InvalidAdapterException(
          "%s: an expression of %d characters; the limit is %d"
              .formatted(field, source.length(), MAX_LENGTH));
    }
    try {
      return new PythonPattern(source, Pattern.compile(PythonPatternTranslator.toJava(source)));
    } catch (PatternSyntaxException e) {
      throw new InvalidAdapterException(
          "%s: the expression \"%s\" is not supported: %s"
              .formatted(field, quoted(source), e.getDescription()),
          e);
    }
  }

  /** Whether the whole text matches: Python's {@code fullmatch}. */
  boolean matchesAll(String text) {
    return run(text, Matcher::matches).isPresent();
  }

  /** Whether a beginning of the text matches: Python's {@code match}. */
  boolean matchesStart(String text) {
    return run(text, Matcher::lookingAt).isPresent();
  }

  /** What the last group holds where a beginning of the text matches, or nothing. */
  Optional<String> lastGroupAtStart(String text) {
    return run(text, Matcher::lookingAt).map(matcher -> matcher.group(matcher.groupCount()));
  }

  /** One of the ways in which a matcher can be asked. */
  private interface Attempt {
    boolean matches(Matcher matcher);
  }

  private Optional<Matcher> run(String text, Attempt attempt) {
    Matcher matcher = pattern.matcher(new CountedText(text));
    try {
      return attempt.matches(matcher) ? Optional.of(matcher) : Optional.empty();
    } catch (StackOverflowError e) {
      throw tooComplex(e);
    }
  }

  private InvalidAdapterException tooComplex(Throwable cause) {
    return new InvalidAdapterException(
        "the expression \"%s\" takes too long to match: over %d steps"
            .formatted(quoted(source), MAX_STEPS),
        cause);
  }

  private static String quoted(String source) {
    return source.length() <= MAX_QUOTED ? source : source.substring(0, MAX_QUOTED) + "…";
  }

  /** Counts what the engine reads, which is the one place where its work can be bounded. */
  private final class CountedText implements CharSequence {

    private final String text;

    private CountedText(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++steps > MAX_STEPS) {
        throw tooComplex(new IllegalStateException("step limit"));
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
