package io.chameleon.memory;

/** How many cells each use has; counting allocates nothing. For one thread. */
final class UsedCells {

  private int kv;
  private int adapter;
  private int window;

  /** Cells of this use. */
  int of(CellUse use) {
    return switch (use) {
      case KV -> kv;
      case ADAPTER -> adapter;
      case WINDOW -> window;
    };
  }

  /** Cells of all uses. */
  int all() {
    return kv + adapter + window;
  }

  /** Counts so many more; less, if it is negative. */
  void add(CellUse use, int cells) {
    switch (use) {
      case KV -> kv += cells;
      case ADAPTER -> adapter += cells;
      case WINDOW -> window += cells;
    }
  }
}
