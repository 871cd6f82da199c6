package io.chameleon.adapter.pool;

import io.chameleon.adapter.AdapterPlace;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.memory.OwnedCells;
import io.chameleon.model.LinearModule;

/**
 * An adapter's cells at rest, as an engine reads them that needs no windows.
 *
 * @param layout an even one
 * @param cells where it lies
 */
record RestingPlace(AdapterLayout layout, OwnedCells cells) implements AdapterPlace {

  @Override
  public int startCell() {
    return cells.run().start();
  }

  @Override
  public int rank(LinearModule module) {
    AdapterLayout.Block block = layout.firstLayer(module);
    return block == null ? 0 : block.rank();
  }

  @Override
  public long offset(LinearModule module) {
    AdapterLayout.Block block = layout.firstLayer(module);
    return block == null ? 0 : block.offset();
  }

  @Override
  public long layerElements() {
    return layout.layerElements();
  }
}
