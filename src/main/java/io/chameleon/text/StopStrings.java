package io.chameleon.text;

import java.util.List;
import java.util.Optional;

/**
 * Watches the text of one answer for strings that end it. Text goes in as it comes and out as soon
 * as it is safe: an end that could be the beginning of a stop string is held back.
 *
 * <p>The answer ends at the first character that completes a stop string; where it completes
 * several, the longest counts. So the outcome does not hang on how the text was cut into pieces.
 */
public final class StopStrings {

  private final List<String> stops;
  private final boolean includeStop;
  private final int longest;
  private String held = "";
  private Optional<String> matched = Optional.empty();

  /**
   * A watch at the beginning of an answer.
   *
   * @param stops none empty; no stops let all text pass
   * @param includeStop whether the stop string belongs to the text given out
   */
  public StopStrings(List<String> stops, boolean includeStop) {
    if (stops.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("stop strings %s: none may be empty".formatted(stops));
    }
    this.stops = List.copyOf(stops);
    this.includeStop = includeStop;
    longest = stops.stream().mapToInt(String::length).max().orElse(0);
  }

  /** Takes the next text and returns what can be given out; after a match nothing. */
  public String append(String piece) {
    if (matched.isPresent()) {
      return "";
    }
    String text = held + piece;
    int end = Integer.MAX_VALUE;
    String stop = "";
    for (String candidate : stops) {
      int at = text.indexOf(candidate);
      int candidateEnd = at + candidate.length();
      boolean longer = candidateEnd == end && candidate.length() > stop.length();
      if (at >= 0 && (candidateEnd < end || longer)) {
        end = candidateEnd;
        stop = candidate;
      }
    }
    return stop.isEmpty() ? release(text) : end(text.substring(0, end), stop);
  }

  private String end(String text, String stop) {
    matched = Optional.of(stop);
    held = "";
    return includeStop ? text : text.substring(0, text.length() - stop.length());
  }

  private String release(String text) {
    int safe = Math.clamp(text.length() - longest + 1L, 0, text.length());
    while (safe < text.length() && !isBeginning(text, safe)) {
      safe++;
    }
    held = text.substring(safe);
    return text.substring(0, safe);
  }

  private boolean isBeginning(String text, int from) {
    int length = text.length() - from;
    return stops.stream()
        .anyMatch(stop -> length < stop.length() && stop.regionMatches(0, text, from, length));
  }

  /** What was held back, at the end of an answer that no stop string ended. */
  public String flush() {
    String rest = held;
    held = "";
    return rest;
  }

  /** The stop string that ended the answer. */
  public Optional<String> matched() {
    return matched;
  }
}
