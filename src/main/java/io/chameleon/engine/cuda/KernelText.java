package io.chameleon.engine.cuda;

import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import java.util.Locale;

/** The texts under {@code /cuda/}; each can be switched off, and its twin does its work then. */
enum KernelText {
  EMBEDDING,
  NORM,
  ROPE,
  ATTENTION,
  SPAN_ATTENTION,
  ACTIVATION,
  SKINNY,
  LORA,
  LORA_PREFILL,
  SAMPLING,
  ROWS;

  private static final int HOPPER = 90;

  /** Whether a text can be of use for a model on a device of this compute capability. */
  boolean suits(DeviceModel model, int capability) {
    boolean half = model.numbers() == ElementType.BF16;
    return switch (this) {
      case SPAN_ATTENTION -> half && capability >= HOPPER && SpanShape.isPossible(model.config());
      case SKINNY, LORA_PREFILL -> half;
      default -> true;
    };
  }

  /** The name without its ending, as properties call it too. */
  String fileName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
