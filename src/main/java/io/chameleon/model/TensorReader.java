package io.chameleon.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Turns stored numbers into floats. Stateless; every value of bf16 and f16 is exact in a float. */
public final class TensorReader {

  private static final int CHUNK = 8192;

  /** The largest finite number of fp16. */
  private static final int F16_MOST = 0x7BFF;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TensorReader() {}

  /**
   * All elements, row-major.
   *
   * @throws ArithmeticException if there are more than fit an array
   */
  public static float[] floats(TensorView tensor) {
    float[] target = new float[Math.toIntExact(tensor.elements())];
    read(tensor, 0, target, 0, target.length);
    return target;
  }

  /**
   * Reads a range of elements.
   *
   * @param from first element that is read
   * @param target where they go
   * @param offset where in target the first one goes
   * @param count how many are read
   * @throws IndexOutOfBoundsException if tensor or target are too short
   */
  public static void read(TensorView tensor, long from, float[] target, int offset, int count) {
    switch (tensor.type()) {
      case F32 -> MemorySegment.copy(tensor.bytes(), FLOAT, from * 4, target, offset, count);
      case BF16 -> readHalves(tensor, from, target, offset, count, false);
      case F16 -> readHalves(tensor, from, target, offset, count, true);
    }
  }

  /** Index of the first element that is NaN or infinite, or -1 if all are finite. */
  public static long firstNonFinite(TensorView tensor) {
    return firstOver(tensor, Float.MAX_VALUE);
  }

  /**
   * Index of the first element that is NaN or larger in magnitude than a limit, or -1 if there is
   * none.
   *
   * @param limit positive, finite, and a bf16 number or the largest float
   */
  public static long firstOver(TensorView tensor, float limit) {
    // Without their sign, the bits of floats are in the order of the numbers, and NaN comes last.
    int bits = Float.floatToRawIntBits(limit);
    return switch (tensor.type()) {
      case F32 -> firstIntOver(tensor, bits);
      case BF16 -> firstShortOver(tensor, bits >>> 16);
      case F16 -> firstShortOver(tensor, Math.min(F16_MOST, Float.floatToFloat16(limit)));
    };
  }

  private static void readHalves(
      TensorView tensor, long from, float[] target, int offset, int count, boolean ieee) {
    short[] chunk = new short[Math.min(count, CHUNK)];
    for (int done = 0; done < count; done += chunk.length) {
      int size = Math.min(chunk.length, count - done);
      MemorySegment.copy(tensor.bytes(), SHORT, (from + done) * 2, chunk, 0, size);
      if (ieee) {
        widenF16(chunk, target, offset + done, size);
      } else {
        widenBf16(chunk, target, offset + done, size);
      }
    }
  }

  private static void widenBf16(short[] source, float[] target, int offset, int count) {
    for (int i = 0; i < count; i++) {
      target[offset + i] = Float.intBitsToFloat(source[i] << 16);
    }
  }

  private static void widenF16(short[] source, float[] target, int offset, int count) {
    for (int i = 0; i < count; i++) {
      target[offset + i] = Float.float16ToFloat(source[i]);
    }
  }

  private static long firstShortOver(TensorView tensor, int limitBits) {
    short[] chunk = new short[CHUNK];
    for (long from = 0; from < tensor.elements(); from += CHUNK) {
      int size = (int) Math.min(CHUNK, tensor.elements() - from);
      MemorySegment.copy(tensor.bytes(), SHORT, from * 2, chunk, 0, size);
      for (int i = 0; i < size; i++) {
        if ((chunk[i] & Short.MAX_VALUE) > limitBits) {
          return from + i;
        }
      }
    }
    return -1;
  }

  private static long firstIntOver(TensorView tensor, int limitBits) {
    int[] chunk = new int[CHUNK];
    for (long from = 0; from < tensor.elements(); from += CHUNK) {
      int size = (int) Math.min(CHUNK, tensor.elements() - from);
      MemorySegment.copy(tensor.bytes(), INT, from * 4, chunk, 0, size);
      for (int i = 0; i < size; i++) {
        if ((chunk[i] & Integer.MAX_VALUE) > limitBits) {
          return from + i;
        }
      }
    }
    return -1;
  }
}
