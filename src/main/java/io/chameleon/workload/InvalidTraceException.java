package io.chameleon.workload;

/** A trace that cannot be read; the message names the file, and the line and value if it is one. */
public class InvalidTraceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InvalidTraceException(String message) {
    super(message);
  }

  InvalidTraceException(String message, Throwable cause) {
    super(message, cause);
  }
}
