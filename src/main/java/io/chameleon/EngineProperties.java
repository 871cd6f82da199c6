package io.chameleon;

import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.cuda.GpuCompute;
import io.chameleon.engine.cuda.GpuOptions;
import io.chameleon.engine.djl.CpuCompute;
import io.chameleon.model.ElementType;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.scheduling.SchedulingProperties;
import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the engine computes with.
 *
 * @param device auto for a GPU if there is one, else the CPU; or one of them
 * @param gpu number of the GPU, from 0
 * @param numbers format of weights, KV and adapters on a GPU; a CPU always has fp32
 * @param graphs whether decode steps are recorded as CUDA graphs
 * @param kernelsOff kernels of our own that are not used; libtorch's operators do their work
 * @param batchInvariant whether, on a GPU, what a sequence computes is bit for bit the same in any
 *     batch
 */
@ConfigurationProperties("chameleon.engine")
public record EngineProperties(
    @DefaultValue("auto") Device device,
    @DefaultValue("0") int gpu,
    @DefaultValue("bf16") Numbers numbers,
    @DefaultValue("true") boolean graphs,
    @DefaultValue List<String> kernelsOff,
    @DefaultValue("false") boolean batchInvariant) {

  /** Where the engine computes. */
  public enum Device {
    AUTO,
    CPU,
    GPU
  }

  /** Formats of numbers. */
  public enum Numbers {
    BF16(ElementType.BF16),
    FP32(ElementType.F32);

    private final ElementType type;

    Numbers(ElementType type) {
      this.type = type;
    }
  }

  public EngineProperties {
    kernelsOff = List.copyOf(kernelsOff);
    if (gpu < 0) {
      throw new IllegalArgumentException(
          "chameleon.engine.gpu is %d; it must be 0 or more".formatted(gpu));
    }
    for (String name : kernelsOff) {
      if (!GpuOptions.kernels().contains(name)) {
        throw new IllegalArgumentException(
            "chameleon.engine.kernels-off has %s; there are %s"
                .formatted(name, GpuOptions.kernels()));
      }
    }
  }

  /**
   * The device.
   *
   * @param threads of an operation on a CPU
   * @param scheduling how large steps become
   */
  ComputeDevice device(int threads, SchedulingProperties scheduling) {
    GpuOptions options = gpuOptions(scheduling);
    return switch (device) {
      case CPU -> new CpuCompute(threads);
      case GPU -> GpuCompute.require(options, System::nanoTime);
      case AUTO ->
          GpuCompute.find(options, System::nanoTime)
              .<ComputeDevice>map(found -> found)
              .orElseGet(() -> new CpuCompute(threads));
    };
  }

  /** How the engine would use a GPU: with buffers for the steps that are made on one. */
  GpuOptions gpuOptions(SchedulingProperties scheduling) {
    SchedulingLimits limits = scheduling.limits(GpuCompute.STEP_SIZE);
    return new GpuOptions(
        gpu,
        numbers.type,
        limits.maxBatchTokens(),
        limits.maxSequences(),
        graphs,
        Set.copyOf(kernelsOff),
        batchInvariant);
  }
}
