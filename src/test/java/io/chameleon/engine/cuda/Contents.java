package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.SplittableRandom;

/**
 * What a tensor holds, on the host. It begins as poison: numbers that are none, of a bit pattern
 * that no arithmetic gives, so that what nobody wrote can be told.
 */
final class Contents {

  /** Makes uniform numbers of mean 0 have variance 1. */
  static final double UNIT = Math.sqrt(3);

  private static final int ALIGNMENT = 64;
  private static final int POISON = -1;
  private static final double STEP = 0x1p-31;

  private final DeviceTensor tensor;
  private final MemorySegment bytes;
  private final boolean half;
  private final long size;

  private Contents(DeviceTensor tensor, MemorySegment bytes) {
    this.tensor = tensor;
    this.bytes = bytes;
    this.half = tensor.kind() == TorchMemory.Kind.BFLOAT16;
    this.size = bytes.byteSize() / tensor.kind().bytes();
  }

  /** Poison, as many numbers as the tensor has. */
  static Contents poison(DeviceTensor tensor, SegmentAllocator memory) {
    if (tensor.kind() != TorchMemory.Kind.BFLOAT16 && tensor.kind() != TorchMemory.Kind.FLOAT32) {
      throw new IllegalArgumentException("a tensor of " + tensor.kind());
    }
    MemorySegment bytes = memory.allocate(bytes(tensor), ALIGNMENT);
    bytes.fill((byte) POISON);
    return new Contents(tensor, bytes);
  }

  private static long bytes(DeviceTensor tensor) {
    return tensor.tensor().size() * tensor.kind().bytes();
  }

  /** What the tensor holds now; all work on it is done. */
  static Contents of(DeviceTensor tensor, DeviceQueue queue, SegmentAllocator memory) {
    Contents contents = new Contents(tensor, memory.allocate(bytes(tensor), ALIGNMENT));
    queue.copy(contents.bytes.address(), tensor.address(), contents.bytes.byteSize());
    queue.synchronize();
    return contents;
  }

  /** Puts it into the tensor. */
  void write(DeviceQueue queue) {
    queue.copy(tensor.address(), bytes.address(), bytes.byteSize());
    queue.synchronize();
  }

  DeviceTensor tensor() {
    return tensor;
  }

  long size() {
    return size;
  }

  long columns() {
    return tensor.columns();
  }

  long rows() {
    return size / tensor.columns();
  }

  double get(long index) {
    return half
        ? Float.intBitsToFloat(bytes.getAtIndex(JAVA_SHORT, index) << Short.SIZE)
        : Float.intBitsToFloat(bytes.getAtIndex(JAVA_INT, index));
  }

  int bits(long index) {
    return half ? bytes.getAtIndex(JAVA_SHORT, index) : bytes.getAtIndex(JAVA_INT, index);
  }

  boolean isPoison(long index) {
    return bits(index) == POISON;
  }

  /** Makes a number as if nobody had written it. */
  void poison(long index) {
    if (half) {
      bytes.setAtIndex(JAVA_SHORT, index, (short) POISON);
    } else {
      bytes.setAtIndex(JAVA_INT, index, POISON);
    }
  }

  /** Sets a number, rounded to the nearest that can be. */
  void set(long index, double value) {
    int number = Float.floatToIntBits((float) value);
    if (half) {
      int even = number >>> Short.SIZE & 1;
      bytes.setAtIndex(JAVA_SHORT, index, (short) (number + 0x7fff + even >>> Short.SIZE));
    } else {
      bytes.setAtIndex(JAVA_INT, index, number);
    }
  }

  /** Fills some with uniform numbers around a mean. */
  void randomize(long from, long to, double mean, double spread, SplittableRandom random) {
    for (long i = from; i < to; i++) {
      set(i, mean + random.nextInt() * STEP * spread);
    }
  }

  /** Fills the first rows with numbers of mean 0 and variance 1. */
  Contents randomRows(int rows, SplittableRandom random) {
    randomize(0, rows * columns(), 0, UNIT, random);
    return this;
  }
}
