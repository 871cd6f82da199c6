package io.chameleon.adapter.peft;

import io.chameleon.model.LinearModule;
import java.util.Comparator;

/** Where an update sits: a linear module of a layer. Ordered by layer, then as the enum. */
record LoraSite(int layer, LinearModule module) implements Comparable<LoraSite> {

  private static final Comparator<LoraSite> ORDER =
      Comparator.comparingInt(LoraSite::layer).thenComparing(LoraSite::module);

  /** The module's name in transformers' model. */
  String moduleName() {
    return "model.layers." + layer + "." + module.path();
  }

  @Override
  public int compareTo(LoraSite other) {
    return ORDER.compare(this, other);
  }
}
