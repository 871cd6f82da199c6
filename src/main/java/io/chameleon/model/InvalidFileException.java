package io.chameleon.model;

/** A file that cannot be read or understood; the message names the file and the fault. */
public class InvalidFileException extends RuntimeException {

  public InvalidFileException(String message) {
    super(message);
  }

  public InvalidFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
