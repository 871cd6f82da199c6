package io.chameleon.memory;

/**
 * A run of arena cells that somebody owns. Between steps it may be moved, content and all, to make
 * free cells lie together; so its owner asks where it lies each time. For the engine thread alone.
 */
public final class OwnedCells {

  private final CellUse use;
  private CellRun run;
  private boolean pinned;
  private boolean released;

  OwnedCells(CellUse use, CellRun run) {
    this.use = use;
    this.run = run;
  }

  /** What it is used for. */
  public CellUse use() {
    return use;
  }

  /**
   * Where it lies now.
   *
   * @throws IllegalStateException if it has been given back
   */
  public CellRun run() {
    if (released) {
      throw new IllegalStateException("%s has been given back".formatted(run));
    }
    return run;
  }

  /** How many cells. */
  public int cells() {
    return run.cells();
  }

  void moveTo(CellRun newRun) {
    run = newRun;
  }

  boolean isPinned() {
    return pinned;
  }

  void setPinned(boolean pinned) {
    this.pinned = pinned;
  }

  void release() {
    released = true;
  }

  @Override
  public String toString() {
    return "%s %s".formatted(use, run);
  }
}
