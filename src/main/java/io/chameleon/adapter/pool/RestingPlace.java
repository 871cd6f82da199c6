package io.chameleon.adapter.pool;

import io.chameleon.adapter.AdapterPlace;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.model.LinearModule;

/**
 * An adapter's cells at rest, as an engine reads them that needs no windows.
 *
 * @param resident of an even layout
 */
record RestingPlace(Resident resident) implements AdapterPlace {

  @Override
  public int startCell() {
    if (resident.hasFailed()) {
      throw new IllegalStateException(
          "adapter %s could not be copied to the device".formatted(resident.contentHash()));
    }
    return resident.requireRest().run().start();
  }

  @Override
  public int rank(LinearModule module) {
    AdapterLayout.Block block = resident.layout.firstLayer(module);
    return block == null ? 0 : block.rank();
  }

  @Override
  public long offset(LinearModule module) {
    AdapterLayout.Block block = resident.layout.firstLayer(module);
    return block == null ? 0 : block.offset();
  }

  @Override
  public long layerElements() {
    return resident.layout.layerElements();
  }
}
