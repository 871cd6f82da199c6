package io.chameleon.openai;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All updates of one choice together. */
final class ChoiceResult {

  private final StringBuilder text = new StringBuilder();

  private final List<GeneratedToken> tokens = new ArrayList<>();

  private @Nullable ChoiceEnd end;

  /** Adds what is new. */
  void add(ChoiceUpdate update) {
    text.append(update.text());
    tokens.addAll(update.tokens());
    end = update.end();
  }

  String text() {
    return text.toString();
  }

  List<GeneratedToken> tokens() {
    return tokens;
  }

  /**
   * How the choice ended.
   *
   * @throws IllegalStateException if it has not
   */
  ChoiceEnd end() {
    if (end == null) {
      throw new IllegalStateException("the choice has not ended");
    }
    return end;
  }
}
