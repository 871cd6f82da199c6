package io.chameleon.openai;

import java.util.List;
import java.util.Optional;

/**
 * Looks for stop strings in the text of one answer and holds back a tail that may be the start of
 * one. This is the only place where this package meets the search itself.
 */
interface StopFilter {

  /** Where the filters of answers come from. */
  @FunctionalInterface
  interface Factory {

    /**
     * A filter for one answer.
     *
     * @param strings at least one, none empty
     * @param included whether the string that was found stays in the text
     */
    StopFilter create(List<String> strings, boolean included);
  }

  /**
   * Takes the next piece of text; not called again after a match.
   *
   * @return the text that can be sent now, which ends with or before a match
   */
  String append(String piece);

  /** The stop string that was found. */
  Optional<String> matched();

  /** At the end of an answer without a match: the text that was held back. */
  String flush();

  /** A filter that looks for nothing. */
  static StopFilter none() {
    return new StopFilter() {
      @Override
      public String append(String piece) {
        return piece;
      }

      @Override
      public Optional<String> matched() {
        return Optional.empty();
      }

      @Override
      public String flush() {
        return "";
      }
    };
  }
}
