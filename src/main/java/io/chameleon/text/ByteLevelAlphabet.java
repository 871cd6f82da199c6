package io.chameleon.text;

import java.nio.charset.StandardCharsets;

/**
 * The alphabet in which byte-level tokenizers spell bytes: printable Latin-1 characters stand for
 * themselves, the other bytes for U+0100 and up, in order.
 */
final class ByteLevelAlphabet {

  private static final int LETTERS = 256 + 68;
  private static final short[] BYTE_OF = byteOf();

  private ByteLevelAlphabet() {}

  private static short[] byteOf() {
    short[] byteOf = new short[LETTERS];
    int shifted = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
      byteOf[b] = printable ? (short) b : -1;
      if (!printable) {
        byteOf[shifted++] = (short) b;
      }
    }
    return byteOf;
  }

  /** The bytes of a piece; of a piece with a character outside the alphabet, its UTF-8. */
  static byte[] bytes(String piece) {
    byte[] bytes = new byte[piece.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = piece.charAt(i);
      if (c >= LETTERS || BYTE_OF[c] < 0) {
        return piece.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) BYTE_OF[c];
    }
    return bytes;
  }
}
