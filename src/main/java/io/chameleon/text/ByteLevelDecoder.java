package io.chameleon.text;

import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Decodes byte-level tokens: each adds its bytes, and whole characters come out. */
final class ByteLevelDecoder implements TokenDecoder {

  private final IntPredicate isSpecial;
  private final IntFunction<byte[]> bytes;
  private final Utf8Stream utf8 = new Utf8Stream();

  /**
   * A decoder at the beginning of an answer.
   *
   * @param isSpecial tokens to leave out
   * @param bytes of a token
   */
  ByteLevelDecoder(IntPredicate isSpecial, IntFunction<byte[]> bytes) {
    this.isSpecial = isSpecial;
    this.bytes = bytes;
  }

  @Override
  public String append(int token) {
    if (isSpecial.test(token)) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    utf8.append(bytes.apply(token), out);
    return out.toString();
  }

  @Override
  public String flush() {
    StringBuilder out = new StringBuilder();
    utf8.flush(out);
    return out.toString();
  }
}
