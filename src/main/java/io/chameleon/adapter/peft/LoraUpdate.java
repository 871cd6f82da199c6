package io.chameleon.adapter.peft;

import io.chameleon.model.LinearModule;
import io.chameleon.model.TensorEntry;
import java.lang.foreign.MemorySegment;

/**
 * The low-rank update of one linear module of one layer, as configuration and header describe it;
 * none of its numbers has been read.
 *
 * @param layer decoder layer, from 0
 * @param module which linear module
 * @param rank rows of A, columns of B
 * @param scaling alpha ÷ rank, or alpha ÷ √rank with rsLoRA, of this module (patterns applied)
 * @param a (rank, input features)
 * @param b (output features, rank)
 */
public record LoraUpdate(
    int layer, LinearModule module, int rank, float scaling, TensorEntry a, TensorEntry b) {

  /** The update with its numbers, given all that follows the header. */
  LoraModule in(MemorySegment data) {
    return new LoraModule(layer, module, rank, scaling, a.in(data), b.in(data));
  }
}
