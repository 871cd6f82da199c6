package io.chameleon.scheduling.chameleon;

/** What came of an attempt to start a request. */
enum StartAttempt {
  /** It runs, and has left its queue. */
  STARTED,
  /**
   * Its adapter is being loaded; it stays, keeps its claim on tokens, and those behind may pass.
   */
  LOADING,
  /**
   * Memory is out, even with every idle adapter evicted, or others would have to wait while it is
   * cleared; it stays, and nobody behind may pass.
   */
  NO_ROOM,
  /** It can never run, and has left its queue with an answer. */
  REFUSED,
  /** The step takes no more requests; it stays, and the batch is formed. */
  FULL
}
