package io.chameleon.text;

/** A chat template that cannot be read; the message says which part. */
final class UnsupportedTemplateException extends RuntimeException {

  UnsupportedTemplateException(String message) {
    super(message);
  }
}
