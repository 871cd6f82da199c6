package io.chameleon.memory.pressure;

/** What the virtual machine says about its own memory, in bytes. */
public interface JvmMemory {

  /**
   * Heap that the last collection left, pool by pool: garbage that nobody has looked for yet is no
   * pressure.
   */
  long heapAfterCollectionBytes();

  /** Most that the heap may have; -1 if there is no maximum. */
  long heapLimitBytes();

  /** Direct buffers. */
  long directBufferBytes();

  /** Most that direct buffers may take together. */
  long directBufferLimitBytes();

  /** Files that are mapped. */
  long mappedBufferBytes();
}
