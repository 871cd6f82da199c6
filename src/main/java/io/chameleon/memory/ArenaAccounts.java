package io.chameleon.memory;

/** The books of the arena, for who watches it. For the engine thread alone. */
public interface ArenaAccounts {

  /** Who owns how many cells now. */
  ArenaSnapshot snapshot();

  /**
   * Checks that every cell has one owner and that all sums are exact.
   *
   * @throws IllegalStateException naming what does not hold
   */
  void checkIntegrity();
}
