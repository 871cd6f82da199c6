package io.chameleon.model;

/** The upper half of a float, rounded to the nearest, to the even one of two. */
public final class BFloat16 {

  private static final int HALF = 16;

  private BFloat16() {}

  /** The nearest number; NaN stays NaN. */
  public static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> HALF | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> HALF & 1) >>> HALF);
  }

  /** Each number. */
  public static short[] of(float[] values) {
    short[] halves = new short[values.length];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = of(values[i]);
    }
    return halves;
  }

  /** Its value. */
  public static float toFloat(short half) {
    return Float.intBitsToFloat(half << HALF);
  }
}
