package io.chameleon.adapter.peft;

import io.chameleon.model.LinearModule;
import io.chameleon.model.TensorView;

/**
 * The low-rank update of one linear module of one layer: y += scaling · B (A x).
 *
 * @param layer decoder layer, from 0
 * @param module which linear module
 * @param rank rows of A, columns of B
 * @param scaling alpha ÷ rank, or alpha ÷ √rank with rsLoRA, of this module (patterns applied)
 * @param a (rank, input features)
 * @param b (output features, rank)
 */
public record LoraModule(
    int layer, LinearModule module, int rank, float scaling, TensorView a, TensorView b) {}
