package io.chameleon.adapter.catalogue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Arenas that count what they have given out and not got back. */
final class CountedMemory implements Supplier<Arena> {

  private final AtomicLong held = new AtomicLong();
  private final AtomicLong given = new AtomicLong();

  /** Bytes that are held now. */
  long held() {
    return held.get();
  }

  /** Bytes ever given out. */
  long given() {
    return given.get();
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // whoever gets it closes it
  public Arena get() {
    return new Counted(Arena.ofShared());
  }

  private final class Counted implements Arena {

    private final Arena arena;
    private long bytes;

    private Counted(Arena arena) {
      this.arena = arena;
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      bytes += byteSize;
      held.addAndGet(byteSize);
      given.addAndGet(byteSize);
      return arena.allocate(byteSize, byteAlignment);
    }

    @Override
    public MemorySegment.Scope scope() {
      return arena.scope();
    }

    @Override
    public void close() {
      arena.close();
      held.addAndGet(-bytes);
    }
  }
}
