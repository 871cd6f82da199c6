package io.chameleon.adapter.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.FixtureFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers that are finite, but would make infinities in a product with those of others. */
class AdapterMagnitudeTest {

  private static final String TENSOR =
      "base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight";

  @TempDir private Path temporary;

  @ParameterizedTest
  @CsvSource({"F32, 3e38", "F32, -1.2e12", "F32, 1.0995117e12", "BF16, 3e38", "BF16, -2e12"})
  void checkValues_hugeWeight_isRefusedWithItsPlaceAndTheLimit(String type, float value) {
    try (AdapterFile file = withElement(type, 9, value)) {
      assertThatThrownBy(file::checkValues)
          .isInstanceOf(InvalidAdapterException.class)
          .hasMessageMatching(
              "tensor \\Q%s\\E holds [-.\\dE]+ as element 9 of 256; ".formatted(TENSOR)
                  + "supported are magnitudes up to 2\\^40");
    }
  }

  @ParameterizedTest
  @CsvSource({"F32, 1.0995116e12", "F32, -1.0995116e12", "BF16, 1.0995116e12", "F16, 65504"})
  void checkValues_largestWeight_isServed(String type, float value) {
    try (AdapterFile file = withElement(type, 9, value)) {
      assertThatCode(file::checkValues).doesNotThrowAnyException();
    }
  }

  @Test
  void checkValues_halfInfinity_isCalledThat() {
    try (AdapterFile file = withElement("F16", 3, Float.NEGATIVE_INFINITY)) {
      assertThatThrownBy(file::checkValues)
          .hasMessage("tensor %s holds NaN or an infinity, first as element 3 of 256", TENSOR);
    }
  }

  @ParameterizedTest
  @CsvSource({"1e-20, 1e-10, 0", "1e10, 1e30, 1", "1e-42, 1e10, 1"})
  void scaling_farFromTheOthers_isRefusedWithBoth(double alpha, double pattern, int refused) {
    Path folder = LlamaAdapters.copy("regex-targets", temporary);
    Path config = folder.resolve("adapter_config.json");
    FixtureFiles.setField(config, "lora_alpha", String.valueOf(alpha));
    FixtureFiles.setField(config, "alpha_pattern", "{\"q_proj\": %s}".formatted(pattern));

    if (refused == 0) {
      LlamaAdapters.open(folder).close();
    } else {
      assertThatThrownBy(() -> LlamaAdapters.open(folder))
          .isInstanceOf(InvalidAdapterException.class)
          .hasMessageContaining("self_attn.q_proj is")
          .hasMessageEndingWith("supported is a ratio over 0 and up to 2^40");
    }
  }

  private AdapterFile withElement(String type, int index, float value) {
    Path folder =
        LlamaAdapters.change(
            "regex-targets",
            temporary,
            tensors -> {
              boolean whole = type.equals("F32");
              ByteBuffer bytes =
                  ByteBuffer.allocate(256 * (whole ? 4 : 2)).order(ByteOrder.LITTLE_ENDIAN);
              if (whole) {
                bytes.putFloat(index * 4, value);
              } else {
                bytes.putShort(
                    index * 2,
                    type.equals("F16")
                        ? Float.floatToFloat16(value)
                        : (short) (Float.floatToRawIntBits(value) >>> 16));
              }
              return tensors.put(TENSOR, type, List.of(4L, 64L), bytes.array());
            });
    assertThat(folder).isDirectory();
    return LlamaAdapters.open(folder);
  }
}
