package io.chameleon.text;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Decodes tokens of any tokenizer through its one-shot decoder: the text of a token is what it adds
 * to the text of the tokens just before it. So spaces that a decoder puts between words, or takes
 * from the front, come out right. The window decoded for a token is the last tokens given out and
 * those held back: {@value #MOST_HELD} at most of each.
 *
 * <p>The concatenation is the one-shot text, save for bytes that form no character in tokenizers
 * with byte fallback: there the one-shot decoder also spoils whole characters beside them.
 */
final class WindowDecoder implements TokenDecoder {

  /** Tokens held back at most: a character has 4 bytes, so no whole one needs more. */
  static final int MOST_HELD = 6;

  private final IntPredicate isSpecial;
  private final Function<long[], String> decode;

  /** The window; tokens from {@code given} on are held back. */
  private long[] window = new long[0];

  private int given;

  /**
   * A decoder at the beginning of an answer.
   *
   * @param isSpecial tokens to leave out
   * @param decode the one-shot decoder
   */
  WindowDecoder(IntPredicate isSpecial, Function<long[], String> decode) {
    this.isSpecial = isSpecial;
    this.decode = decode;
  }

  @Override
  public String append(int token) {
    if (isSpecial.test(token)) {
      return "";
    }
    window = Arrays.copyOf(window, window.length + 1);
    window[window.length - 1] = token;
    String text = heldText();
    boolean whole = !text.isEmpty() && !text.endsWith("\ufffd");
    return whole || window.length - given >= MOST_HELD ? give(text) : "";
  }

  @Override
  public String flush() {
    return given == window.length ? "" : give(heldText());
  }

  private String heldText() {
    String before = given == 0 ? "" : decode.apply(Arrays.copyOf(window, given));
    String all = decode.apply(window);
    return all.startsWith(before)
        ? all.substring(before.length())
        // stray bytes spoiled the character given out before them
        : decode.apply(Arrays.copyOfRange(window, given, window.length));
  }

  private String give(String text) {
    window = Arrays.copyOfRange(window, given, window.length);
    given = window.length;
    return text;
  }
}
