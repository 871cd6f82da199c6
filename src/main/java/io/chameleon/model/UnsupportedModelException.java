package io.chameleon.model;

/**
 * A checkpoint that is not served; the message names the field, its value and what is supported.
 */
public class UnsupportedModelException extends RuntimeException {

  public UnsupportedModelException(String message) {
    super(message);
  }

  public UnsupportedModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
