package io.chameleon.model;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A tensor as the header of a safetensors file describes it; nothing of its content is known.
 *
 * @param name as in the file
 * @param type number format
 * @param shape sizes, outermost first
 * @param begin its first byte, counted from the end of the header
 * @param end the byte after its last
 */
public record TensorEntry(String name, ElementType type, long[] shape, long begin, long end) {

  /** Whether the sizes are exactly these, outermost first. */
  public boolean hasShape(long... sizes) {
    return Arrays.equals(shape, sizes);
  }

  /** The tensor itself, given all that follows the header. */
  public TensorView in(MemorySegment data) {
    return new TensorView(name, type, shape, data.asSlice(begin, end - begin));
  }
}
