package io.chameleon.text;

/**
 * Decodes UTF-8 that comes in pieces. An incomplete character is held back (3 bytes at most); bytes
 * that form none become one U+FFFD for each maximal subpart, as the WHATWG decoder and Rust's
 * {@code from_utf8_lossy} have it.
 */
final class Utf8Stream {

  private static final char REPLACEMENT = '\ufffd';

  private int missing;
  private int codePoint;
  private int lowest = 0x80;
  private int highest = 0xbf;

  /** Takes bytes and appends the characters that became whole. */
  void append(byte[] bytes, StringBuilder out) {
    for (byte b : bytes) {
      append(b & 0xff, out);
    }
  }

  /** Ends the text: what is held back becomes U+FFFD. */
  void flush(StringBuilder out) {
    if (missing > 0) {
      out.append(REPLACEMENT);
      missing = 0;
    }
  }

  private void append(int b, StringBuilder out) {
    if (missing == 0) {
      begin(b, out);
    } else if (b < lowest || b > highest) {
      out.append(REPLACEMENT);
      missing = 0;
      begin(b, out);
    } else {
      lowest = 0x80;
      highest = 0xbf;
      codePoint = (codePoint << 6) | (b & 0x3f);
      if (--missing == 0) {
        out.appendCodePoint(codePoint);
      }
    }
  }

  private void begin(int b, StringBuilder out) {
    lowest = 0x80;
    highest = 0xbf;
    if (b < 0x80) {
      out.append((char) b);
    } else if (b >= 0xc2 && b <= 0xdf) {
      expect(1, b & 0x1f);
    } else if (b >= 0xe0 && b <= 0xef) {
      lowest = b == 0xe0 ? 0xa0 : 0x80; // no overlong forms
      highest = b == 0xed ? 0x9f : 0xbf; // no surrogates
      expect(2, b & 0x0f);
    } else if (b >= 0xf0 && b <= 0xf4) {
      lowest = b == 0xf0 ? 0x90 : 0x80;
      highest = b == 0xf4 ? 0x8f : 0xbf; // no more than U+10FFFF
      expect(3, b & 0x07);
    } else {
      out.append(REPLACEMENT);
    }
  }

  private void expect(int more, int bits) {
    missing = more;
    codePoint = bits;
  }
}
