package io.chameleon.adapter.pool;

/** A version could not be loaded. */
final class FailedLoadException extends RuntimeException {

  private final RuntimeException cause;

  FailedLoadException(RuntimeException cause) {
    super(cause);
    this.cause = cause;
  }

  /** Why, in words for the client. */
  RuntimeException cause() {
    return cause;
  }
}
