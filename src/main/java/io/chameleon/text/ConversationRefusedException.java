package io.chameleon.text;

/** Thrown by a template's {@code raise_exception}; the message is the template's. */
final class ConversationRefusedException extends RuntimeException {

  ConversationRefusedException(String message) {
    super(message);
  }
}
