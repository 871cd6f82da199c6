package io.chameleon.adapter.peft;

/** An adapter that is refused; the message is the reason, for people. */
public class InvalidAdapterException extends RuntimeException {

  public InvalidAdapterException(String message) {
    super(message);
  }

  public InvalidAdapterException(String message, Throwable cause) {
    super(message, cause);
  }
}
