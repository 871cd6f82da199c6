package io.chameleon.engine;

/** A step that failed on the device. */
public class EngineStepException extends RuntimeException {

  public EngineStepException(String message, Throwable cause) {
    super(message, cause);
  }
}
