package io.chameleon.memory;

/**
 * The arena as it was at one moment, in cells. Free cells, KV, adapters and window together are all
 * cells.
 *
 * @param cells all cells
 * @param free cells of the free runs
 * @param kv cells with keys and values of sequences
 * @param adapter cells with adapters at rest
 * @param window cells with the rows of running adapters
 */
public record ArenaSnapshot(int cells, int free, int kv, int adapter, int window) {

  /** The arena before there is one. */
  public static final ArenaSnapshot EMPTY = new ArenaSnapshot(0, 0, 0, 0, 0);
}
