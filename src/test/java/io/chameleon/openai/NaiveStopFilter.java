package io.chameleon.openai;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks for stop strings the slow way: in all of the text, each time. */
final class NaiveStopFilter implements StopFilter {

  private final List<String> strings;

  private final boolean included;

  private String text = "";

  private int sent;

  private @Nullable String matched;

  NaiveStopFilter(List<String> strings, boolean included) {
    this.strings = strings;
    this.included = included;
  }

  @Override
  public String append(String piece) {
    text += piece;
    int first = Integer.MAX_VALUE;
    for (String string : strings) {
      int at = text.indexOf(string);
      if (at >= 0 && at < first) {
        first = at;
        matched = string;
      }
    }
    int end = matched == null ? safeEnd() : first + (included ? matched.length() : 0);
    return send(end);
  }

  @Override
  public Optional<String> matched() {
    return Optional.ofNullable(matched);
  }

  @Override
  public String flush() {
    return send(text.length());
  }

  private int safeEnd() {
    for (int end = 0; end < text.length(); end++) {
      String tail = text.substring(end);
      if (strings.stream().anyMatch(string -> string.startsWith(tail))) {
        return end;
      }
    }
    return text.length();
  }

  private String send(int end) {
    String part = text.substring(sent, end);
    sent = end;
    return part;
  }
}
