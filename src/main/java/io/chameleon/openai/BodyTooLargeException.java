package io.chameleon.openai;

/** A request body over the limit. */
final class BodyTooLargeException extends RuntimeException {

  BodyTooLargeException(int maxBytes) {
    super("The body is larger than %d bytes, the most that is taken.".formatted(maxBytes));
  }
}
