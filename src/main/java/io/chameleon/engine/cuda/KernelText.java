package io.chameleon.engine.cuda;

import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import java.util.Locale;

/** The texts under {@code /cuda/}; each can be switched off, and its twin does its work then. */
enum KernelText {
  CARRY,
  EMBEDDING,
  NORM,
  ROPE,
  ATTENTION,
  SPAN_ATTENTION,
  PROMPT_ATTENTION,
  ACTIVATION,
  SKINNY,
  LORA,
  LORA_PREFILL,
  SAMPLING;

  private static final int HOPPER = 90;
  private static final int BF16_VECTOR = 8;
  private static final int FLOAT_VECTOR = 4;

  /**
   * Whether a text can be of use for a model on a device.
   *
   * @param capability of the device, such as 90
   * @param sharedBytes of shared memory that a block can have there
   */
  boolean suits(DeviceModel model, int capability, int sharedBytes) {
    ModelConfig config = model.config();
    boolean half = model.numbers() == ElementType.BF16;
    if (this != SAMPLING
        && this != CARRY
        && !isAligned(config, half ? BF16_VECTOR : FLOAT_VECTOR)) {
      return false;
    }
    return switch (this) {
      case SPAN_ATTENTION ->
          half
              && capability >= HOPPER
              && SpanShape.isPossible(config)
              && SpanShape.sharedBytes(config) <= sharedBytes;
      case PROMPT_ATTENTION ->
          half && capability == HOPPER && PromptAttention.isPossible(model, sharedBytes);
      case ATTENTION -> PieceShape.sharedBytes(model) <= sharedBytes;
      case SKINNY -> half && LinearProducts.MOST_SHARED <= sharedBytes;
      case LORA_PREFILL -> half && LoraPrefill.SHARED_BYTES <= sharedBytes;
      default -> true;
    };
  }

  /** Kernels read and write 16 bytes at a time. */
  private static boolean isAligned(ModelConfig config, int vector) {
    return config.hiddenSize() % vector == 0
        && config.intermediateSize() % vector == 0
        && config.headSize() / 2 % vector == 0;
  }

  /**
   * The architecture to compile for.
   *
   * @param capability of the device, such as 90
   */
  String architecture(int capability) {
    // Products of warpgroups are of this very architecture alone.
    return "sm_" + capability + (usesWarpgroups() && capability == HOPPER ? "a" : "");
  }

  /** Whether it has products of warpgroups where there are any. */
  boolean usesWarpgroups() {
    return this == PROMPT_ATTENTION || this == LORA_PREFILL;
  }

  /** The name without its ending, as properties call it too. */
  String fileName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
