package io.chameleon.text;

import java.util.function.IntPredicate;

/**
 * Gives tokens a text that the model has and its tokenizer lacks: rows of an embedding that was
 * padded, or a model that goes with another's tokenizer. Without one, a stream would stand still.
 */
final class NamelessTokens implements TokenDecoder {

  private final IntPredicate isNameless;

  private final TokenDecoder others;

  /**
   * A decoder at the beginning of an answer.
   *
   * @param isNameless tokens that the tokenizer lacks
   * @param others decodes all others
   */
  NamelessTokens(IntPredicate isNameless, TokenDecoder others) {
    this.isNameless = isNameless;
    this.others = others;
  }

  /** The text of such a token: U+FFFD and its number. */
  static String text(int token) {
    return "\ufffd<%d>".formatted(token);
  }

  @Override
  public String append(int token) {
    return isNameless.test(token) ? others.flush() + text(token) : others.append(token);
  }

  @Override
  public String flush() {
    return others.flush();
  }
}
