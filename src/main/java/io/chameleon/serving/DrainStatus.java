package io.chameleon.serving;

/**
 * Whether the engine thread has something to do. A signal in the middle of a pass is kept: the pass
 * may have looked already, so another one follows.
 */
enum DrainStatus {
  /** Nothing to do; the thread may sleep. */
  IDLE,
  /** A pass is due. */
  REQUIRED,
  /** A pass is being made; afterwards there is nothing to do, as far as is known. */
  PROCESSING_TO_IDLE,
  /** A pass is being made, and another one is due after it. */
  PROCESSING_TO_REQUIRED;

  DrainStatus onSignal() {
    return switch (this) {
      case IDLE, REQUIRED -> REQUIRED;
      case PROCESSING_TO_IDLE, PROCESSING_TO_REQUIRED -> PROCESSING_TO_REQUIRED;
    };
  }

  DrainStatus onPassStart() {
    return switch (this) {
      case IDLE, REQUIRED -> PROCESSING_TO_IDLE;
      case PROCESSING_TO_IDLE, PROCESSING_TO_REQUIRED ->
          throw new IllegalStateException("a pass starts while one is " + this);
    };
  }

  /**
   * The pass is over.
   *
   * @param moreToDo whether it has left work behind
   */
  DrainStatus onPassEnd(boolean moreToDo) {
    return switch (this) {
      case PROCESSING_TO_IDLE -> moreToDo ? REQUIRED : IDLE;
      case PROCESSING_TO_REQUIRED -> REQUIRED;
      case IDLE, REQUIRED -> throw new IllegalStateException("a pass ends while it is " + this);
    };
  }
}
