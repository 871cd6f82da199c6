package io.chameleon.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import java.util.Optional;

/**
 * Which cores a thread may run on: {@code sched_setaffinity} of Linux, for any thread by its id.
 */
final class Affinity {

  /** As many cores as the C library's own mask has. */
  private static final int MASK_BYTES = 128;

  private final MethodHandle call;

  private Affinity(MethodHandle call) {
    this.call = call;
  }

  /** Of this platform; empty where it has none. */
  static Optional<Affinity> ofThisPlatform() {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    return linker
        .defaultLookup()
        .find("sched_setaffinity")
        .map(function -> new Affinity(linker.downcallHandle(function, type)));
  }

  /**
   * Lets a thread run on these cores alone, and what it starts from now on.
   *
   * @param thread its id; 0 for the one that calls
   * @return whether the kernel did so; it does not where the thread has ended, or is another user's
   */
  boolean set(int thread, BitSet cores) {
    byte[] bits = cores.toByteArray();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES);
      MemorySegment.copy(bits, 0, mask, ValueLayout.JAVA_BYTE, 0, bits.length);
      return (int) call.invokeExact(thread, (long) MASK_BYTES, mask) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("sched_setaffinity could not be called", e);
    }
  }
}
