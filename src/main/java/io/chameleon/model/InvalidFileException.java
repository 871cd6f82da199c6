package io.chameleon.model;

/** A file that cannot be read or understood; the message names the file and the fault. */
public class InvalidFileException extends RuntimeException {

  private final String reason;

  public InvalidFileException(String message) {
    super(message);
    this.reason = message;
  }

  public InvalidFileException(String message, Throwable cause) {
    super(message, cause);
    this.reason = message;
  }

  @Override
  public String getMessage() {
    return reason;
  }
}
