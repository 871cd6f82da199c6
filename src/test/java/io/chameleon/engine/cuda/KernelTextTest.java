package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.chameleon.engine.cuda.driver.CudaException;
import io.chameleon.engine.cuda.driver.Nvrtc;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KernelTextTest {

  private static final List<Integer> CAPABILITIES = List.of(80, 90);

  /** Of an H200. */
  private static final int SHARED_BYTES = 232_448;

  @ParameterizedTest
  @EnumSource(KernelText.class)
  void source_ofEachText_beginsWithWhatAllShareAndIncludesNothing(KernelText text) {
    String source = CudaKernels.source(text);

    assertThat(source).contains("ELEM_BF16", "extern \"C\" __global__").doesNotContain("#include");
  }

  @ParameterizedTest
  @EnumSource(KernelText.class)
  void compile_forTheDemoModel_givesMachineCode(KernelText text) {
    Nvrtc compiler = compiler();
    for (ElementType numbers : List.of(ElementType.BF16, ElementType.F32)) {
      DeviceModel model = new DeviceModel(config(), numbers);
      for (int capability : CAPABILITIES) {
        if (text.suits(model, capability, SHARED_BYTES)) {
          byte[] code =
              compiler.compile(
                  CudaKernels.source(text),
                  text.fileName(),
                  CudaKernels.options(text, capability, model));
          assertThat(code).startsWith(0x7f, 'E', 'L', 'F');
        }
      }
    }
  }

  @Test
  void compile_ofNonsense_throwsWithTheCompilersWords() {
    Nvrtc compiler = compiler();

    assertThatThrownBy(
            () -> compiler.compile("__global__ void k() { nonsense }", "k.cu", List.of()))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("k.cu does not compile")
        .hasMessageContaining("nonsense");
  }

  private static Nvrtc compiler() {
    Optional<Nvrtc> found = Nvrtc.find();
    assumeTrue(found.isPresent(), "no NVRTC");
    return found.get();
  }

  private static ModelConfig config() {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("src/main/resources/demo-model/base"))) {
      return checkpoint.config();
    }
  }
}
