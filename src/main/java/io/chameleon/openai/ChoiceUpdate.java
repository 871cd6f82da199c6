package io.chameleon.openai;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is new of one choice since the last update.
 *
 * @param index of the choice
 * @param text may be empty at the end only
 * @param tokens whose log-probabilities are to be reported; empty where none were asked for
 * @param newTokens number of tokens generated since the last update
 * @param end how the choice ended, or null where it goes on
 */
record ChoiceUpdate(
    int index, String text, List<GeneratedToken> tokens, int newTokens, @Nullable ChoiceEnd end) {

  /** Whether no further update of this choice follows. */
  boolean isLast() {
    return end != null;
  }
}
