package io.chameleon.model;

import java.io.IOException;

/** A file that could not be read this time; what is in it may be good. */
public class UnreadableFileException extends InvalidFileException {

  private final IOException failure;

  public UnreadableFileException(String message, IOException failure) {
    super(message, failure);
    this.failure = failure;
  }

  /** What the file system said. */
  public IOException failure() {
    return failure;
  }
}
