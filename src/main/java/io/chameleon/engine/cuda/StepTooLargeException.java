package io.chameleon.engine.cuda;

/** A step does not fit the memory that its plans have; parts of it may. */
final class StepTooLargeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** {@code what} names what there is too much of, and the limit. */
  StepTooLargeException(String what) {
    super(what);
  }
}
