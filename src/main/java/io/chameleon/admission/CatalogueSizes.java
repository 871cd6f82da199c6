package io.chameleon.admission;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterShape;
import io.chameleon.adapter.catalogue.AdapterVersion;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The sizes of the adapters of a catalogue, in cells of an arena. */
final class CatalogueSizes implements AdapterSizes {

  private final Supplier<AdapterCatalogue> catalogue;

  private final long cellBytes;

  CatalogueSizes(Supplier<AdapterCatalogue> catalogue, long cellBytes) {
    if (cellBytes < 1) {
      throw new IllegalArgumentException(
          "cells of %d bytes; they must have at least 1".formatted(cellBytes));
    }
    this.catalogue = catalogue;
    this.cellBytes = cellBytes;
  }

  @Override
  public AdapterFootprint of(@Nullable String adapter) {
    return adapter == null
        ? AdapterFootprint.NONE
        : catalogue
            .get()
            .version(adapter)
            .map(AdapterVersion::shape)
            .map(this::footprint)
            .orElse(AdapterFootprint.NONE);
  }

  private AdapterFootprint footprint(AdapterShape shape) {
    long cells = Math.ceilDiv(shape.packedBytes(), cellBytes);
    return new AdapterFootprint(shape.rank(), (int) Math.min(cells, Integer.MAX_VALUE));
  }
}
