package io.chameleon.scheduling;

/** What became of a waiting sequence that was to start. */
public enum StartOutcome {
  /** It runs; it waits no more. */
  STARTED,
  /** It can never run, and has ended; it waits no more. */
  REFUSED,
  /** Its adapter is being loaded; it still waits, and others may go first. */
  LOADING,
  /**
   * Running sequences hold the memory that it needs, or would have to wait while it is cleared for
   * it; it still waits.
   */
  NO_ROOM;

  /** Whether it waits no more, so that its policy is to forget it. */
  public boolean hasLeft() {
    return this == STARTED || this == REFUSED;
  }
}
