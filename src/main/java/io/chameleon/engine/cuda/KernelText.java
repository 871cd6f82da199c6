package io.chameleon.engine.cuda;

import java.util.Locale;

/** The texts under {@code /cuda/}; each can be switched off, and its twin does its work then. */
enum KernelText {
  EMBEDDING,
  NORM,
  ROPE,
  ATTENTION,
  ACTIVATION,
  SKINNY,
  LORA,
  LORA_PREFILL,
  SAMPLING,
  ROWS;

  /** The name without its ending, as properties call it too. */
  String fileName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
