package io.chameleon.model;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A tensor as it lies in memory, mapped or read: row-major, little-endian.
 *
 * @param name as in the file
 * @param type number format
 * @param shape sizes, outermost first
 * @param bytes exactly the product of the sizes × {@code type.bytes()}; read-only, valid while its
 *     file is open
 */
public record TensorView(String name, ElementType type, long[] shape, MemorySegment bytes) {

  /** Number of elements. */
  public long elements() {
    return bytes.byteSize() / type.bytes();
  }

  /** Whether the sizes are exactly these, outermost first. */
  public boolean hasShape(long... sizes) {
    return Arrays.equals(shape, sizes);
  }
}
