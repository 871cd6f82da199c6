package io.chameleon.scheduling;

/** Where a sequence is in its life; the methods are its legal moves. */
enum SequenceStatus {
  /** In the queue: new, or put back to make room. */
  WAITING,
  /** Holds cells and a lease, and takes part in steps. */
  RUNNING,
  /** Gone; holds nothing. */
  ENDED;

  SequenceStatus start() {
    return switch (this) {
      case WAITING -> RUNNING;
      case RUNNING, ENDED -> throw illegal("start");
    };
  }

  SequenceStatus preempt() {
    return switch (this) {
      case RUNNING -> WAITING;
      case WAITING, ENDED -> throw illegal("be preempted");
    };
  }

  SequenceStatus end() {
    return switch (this) {
      case WAITING, RUNNING -> ENDED;
      case ENDED -> throw illegal("end");
    };
  }

  private IllegalStateException illegal(String move) {
    return new IllegalStateException("a sequence that is %s cannot %s".formatted(this, move));
  }
}
