package io.chameleon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TensorReaderTest {

  private static final int LONG = 20_000;

  @Test
  void floats_bf16_areExact() {
    assertThat(TensorReader.floats(shorts(ElementType.BF16, 0x3f80, 0xc000, 0x3eab, 0x0000)))
        .containsExactly(1f, -2f, 171f / 512, 0f);
  }

  @Test
  void floats_f16_areExact() {
    assertThat(TensorReader.floats(shorts(ElementType.F16, 0x3c00, 0xc000, 0x3555, 0x0001)))
        .containsExactly(1f, -2f, 1365f / 4096, 5.9604645e-8f);
  }

  @Test
  void floats_f32_areCopied() {
    assertThat(TensorReader.floats(floats(1f, -0.1f, Float.MIN_VALUE)))
        .containsExactly(1f, -0.1f, Float.MIN_VALUE);
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void read_rangeOverManyChunks_landsWhereAsked(ElementType type) {
    TensorView tensor = counting(type);
    float[] target = new float[LONG];
    TensorReader.read(tensor, 5, target, 3, LONG - 5);
    float[] all = TensorReader.floats(tensor);
    assertThat(target[2]).isZero();
    assertThat(target[3]).isEqualTo(all[5]);
    assertThat(target[LONG - 3]).isEqualTo(all[LONG - 1]);
    assertThat(target[LONG - 2]).isZero();
    assertThat(all[10_000]).isEqualTo(value(type, 10_000));
  }

  @Test
  void read_pastTheEnd_throws() {
    assertThatThrownBy(() -> TensorReader.read(floats(1f), 1, new float[1], 0, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "BF16, 0x7f80",
    "BF16, 0xff80",
    "BF16, 0x7fc1",
    "F16, 0x7c00",
    "F16, 0xfc00",
    "F16, 0x7e00",
  })
  void firstNonFinite_half_isFound(ElementType type, int bits) {
    int[] values = new int[LONG];
    values[17_000] = bits;
    values[17_001] = bits;
    assertThat(TensorReader.firstNonFinite(shorts(type, values))).isEqualTo(17_000);
  }

  @ParameterizedTest
  @CsvSource({"BF16, 0x7f7f", "F16, 0x7bff"})
  void firstNonFinite_largestNumber_isFinite(ElementType type, int bits) {
    assertThat(TensorReader.firstNonFinite(shorts(type, bits))).isEqualTo(-1);
  }

  @Test
  void firstNonFinite_f32_isFound() {
    float[] values = new float[LONG];
    assertThat(TensorReader.firstNonFinite(floats(values))).isEqualTo(-1);
    values[LONG - 1] = Float.NaN;
    assertThat(TensorReader.firstNonFinite(floats(values))).isEqualTo(LONG - 1);
    values[9_000] = Float.NEGATIVE_INFINITY;
    assertThat(TensorReader.firstNonFinite(floats(values))).isEqualTo(9_000);
  }

  private static TensorView counting(ElementType type) {
    int[] bits = new int[LONG];
    float[] values = new float[LONG];
    for (int i = 0; i < LONG; i++) {
      values[i] = value(type, i);
      bits[i] =
          type == ElementType.F16
              ? Float.floatToFloat16(values[i])
              : Float.floatToRawIntBits(values[i]) >>> 16;
    }
    return type == ElementType.F32 ? floats(values) : shorts(type, bits);
  }

  /** A number that the format holds exactly. */
  private static float value(ElementType type, int index) {
    return type == ElementType.F32 ? index + 0.5f : index % 256;
  }

  private static TensorView shorts(ElementType type, int... bits) {
    ByteBuffer bytes = ByteBuffer.allocate(bits.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : bits) {
      bytes.putShort((short) value);
    }
    return new TensorView("t", type, new long[] {bits.length}, segment(bytes));
  }

  private static TensorView floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new TensorView("t", ElementType.F32, new long[] {values.length}, segment(bytes));
  }

  private static MemorySegment segment(ByteBuffer bytes) {
    return MemorySegment.ofBuffer(bytes.clear());
  }
}
