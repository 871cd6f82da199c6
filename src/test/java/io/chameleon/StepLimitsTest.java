package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.EngineProperties.Device;
import io.chameleon.EngineProperties.Numbers;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.cuda.GpuCompute;
import io.chameleon.engine.cuda.GpuOptions;
import io.chameleon.engine.cuda.TwinCompute;
import io.chameleon.engine.djl.CpuCompute;
import io.chameleon.model.ElementType;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.scheduling.SchedulingProperties;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** How large steps become on each kind of device, and the buffers that a GPU has for them. */
@ExtendWith(OutputCaptureExtension.class)
class StepLimitsTest {

  private static final SchedulingProperties UNSET =
      new SchedulingProperties("fifo", 0, 0, 0, 256, false);

  private final EngineProperties engine =
      new EngineProperties(Device.AUTO, 3, Numbers.BF16, true, List.of("skinny"), false);

  @Test
  void limits_leftToACpu_suitIt(CapturedOutput log) {
    assertThat(limits(UNSET, new CpuCompute(1))).isEqualTo(new SchedulingLimits(256, 16, 256, 256));

    assertThat(log)
        .contains(
            "Steps on CPU have at most 256 tokens, 16 sequences and 256 prompt tokens of each; as"
                + " suits the device: [max-batch-tokens, max-sequences, prefill-chunk]");
  }

  @Test
  void limits_leftToAGpu_suitIt(CapturedOutput log) {
    ComputeDevice gpu = new TwinCompute(ElementType.F32);

    assertThat(limits(UNSET, gpu)).isEqualTo(new SchedulingLimits(2048, 256, 2048, 256));

    assertThat(log)
        .contains("Steps on %s have at most 2048 tokens, 256 sequences".formatted(gpu.name()));
  }

  @Test
  void limits_setInPart_sayWhichAreTheDevices(CapturedOutput log) {
    SchedulingProperties properties = new SchedulingProperties("fifo", 512, 0, 128, 256, false);

    assertThat(limits(properties, new CpuCompute(1)))
        .isEqualTo(new SchedulingLimits(512, 16, 128, 256));

    assertThat(log).contains("as suits the device: [max-sequences]");
  }

  @Test
  void gpuOptions_withLimitsLeftToIt_haveBuffersForItsSteps() {
    assertThat(engine.gpuOptions(UNSET))
        .isEqualTo(new GpuOptions(3, ElementType.BF16, 2048, 256, true, Set.of("skinny"), false));
  }

  @Test
  void gpuOptions_withLimits_haveBuffersForThose() {
    SchedulingProperties properties = new SchedulingProperties("fifo", 512, 32, 128, 256, false);

    GpuOptions options = engine.gpuOptions(properties);

    assertThat(options.rows()).isEqualTo(512);
    assertThat(options.sequences()).isEqualTo(32);
    assertThat(properties.limits(GpuCompute.STEP_SIZE).maxBatchTokens()).isEqualTo(512);
  }

  private static SchedulingLimits limits(SchedulingProperties properties, ComputeDevice device) {
    return new ServingConfiguration().schedulingLimits(properties, device);
  }
}
