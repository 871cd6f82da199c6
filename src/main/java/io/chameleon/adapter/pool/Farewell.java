package io.chameleon.adapter.pool;

import io.chameleon.adapter.host.PackedAdapter;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Follows a version out of memory, and adds up what that frees. For the engine thread alone, save
 * {@link #gone()}.
 */
public final class Farewell {

  private final CompletableFuture<FreedMemory> gone = new CompletableFuture<>();
  private final long cellBytes;
  private @Nullable PackedAdapter packed;
  private int cells;

  /**
   * @param packed what is in host memory of it, or null
   */
  Farewell(long cellBytes, @Nullable PackedAdapter packed) {
    this.cellBytes = cellBytes;
    this.packed = packed;
  }

  /** Done, on the engine thread, when nothing of the version is left; never cancelled. */
  public CompletableFuture<FreedMemory> gone() {
    return gone;
  }

  /** It is no more held in host memory; others may hold it still. */
  void letGo(PackedAdapter held) {
    packed = held;
  }

  /**
   * Its copy at rest has left so many cells; what it left earlier, and came back, does not count.
   */
  void left(int cellsAtRest) {
    cells = cellsAtRest;
  }

  void complete() {
    PackedAdapter last = packed;
    long hostBytes = last != null && last.holders() == 0 ? last.bytes() : 0;
    gone.complete(new FreedMemory(cells * cellBytes, hostBytes));
  }
}
