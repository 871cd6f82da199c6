package io.chameleon.adapter;

import io.chameleon.model.LinearModule;

/**
 * Where an adapter lies that runs where it rests: for each layer, one after the other, for each of
 * its modules A (rank, in) and then Bᵀ (rank, out). A module has one rank in all layers, so that
 * layers are at equal distances.
 */
public interface AdapterPlace {

  /** The first of its cells; it may be another one after each step. */
  int startCell();

  /** Rank of a module, 0 if the adapter lacks it. */
  int rank(LinearModule module);

  /** Elements from its beginning to the module's A in the first layer. */
  long offset(LinearModule module);

  /** Elements from a layer to the next. */
  long layerElements();
}
