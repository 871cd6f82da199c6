package io.chameleon.oracle;

import java.util.List;
import java.util.Set;

/** The tiny random checkpoints under {@code fixtures/}. */
final class TinyModels {

  static final List<String> ARCHITECTURES =
      List.of(
          "llama-mha-untied",
          "llama3-gqa-ropescaling",
          "mistral-gqa",
          "qwen2-bias",
          "qwen3-qknorm");

  /** Adapters there which are to be refused. */
  static final Set<String> REFUSED =
      Set.of("dora", "bias-lora-only", "saved-lm-head", "embedding-targets");

  private TinyModels() {}
}
