package io.chameleon.serving;

/** The reader of a stream fell so far behind that its sequence was ended. */
public final class SlowReaderException extends RuntimeException {

  private final int limitTokens;

  SlowReaderException(int limitTokens) {
    super(
        "The stream was cancelled because its reader left %d tokens unread, which is the limit."
            .formatted(limitTokens));
    this.limitTokens = limitTokens;
  }

  /** Most tokens that may wait for a reader. */
  public int limitTokens() {
    return limitTokens;
  }
}
