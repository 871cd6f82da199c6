package io.chameleon.model;

/** The seven linear modules of a decoder layer, in the order in which the engine packs them. */
public enum LinearModule {
  Q("self_attn.q_proj"),
  K("self_attn.k_proj"),
  V("self_attn.v_proj"),
  O("self_attn.o_proj"),
  GATE("mlp.gate_proj"),
  UP("mlp.up_proj"),
  DOWN("mlp.down_proj");

  private final String path;

  LinearModule(String path) {
    this.path = path;
  }

  /** Path below {@code model.layers.N.} in a Hugging Face checkpoint. */
  public String path() {
    return path;
  }

  /** The last part of the path, as {@code target_modules} of PEFT names it. */
  public String shortName() {
    return path.substring(path.indexOf('.') + 1);
  }
}
