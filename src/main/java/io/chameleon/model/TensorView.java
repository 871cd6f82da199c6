package io.chameleon.model;

import java.lang.foreign.MemorySegment;

/**
 * A tensor as it lies in a mapped file: row-major, little-endian.
 *
 * @param name as in the file
 * @param type number format
 * @param shape sizes, outermost first
 * @param bytes exactly the product of the sizes × {@code type.bytes()}; read-only, valid while its
 *     file is open
 */
public record TensorView(String name, ElementType type, long[] shape, MemorySegment bytes) {}
