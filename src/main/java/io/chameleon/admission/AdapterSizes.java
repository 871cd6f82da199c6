package io.chameleon.admission;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How large the adapters are that requests name. Used by many threads. */
@FunctionalInterface
public interface AdapterSizes {

  /**
   * What this adapter adds to a request.
   *
   * @param adapter its name, or null for the base model
   * @return nothing for the base model, and for a name that stands for no adapter: its requests are
   *     refused later
   */
  AdapterFootprint of(@Nullable String adapter);

  /** Of a service without adapters. */
  static AdapterSizes none() {
    return adapter -> AdapterFootprint.NONE;
  }

  /**
   * Of the adapters of a catalogue, by their memory at rest.
   *
   * @param catalogue what adapters there are, asked anew each time
   * @param cellBytes bytes of a cell of the arena, at least 1
   */
  static AdapterSizes ofCatalogue(Supplier<AdapterCatalogue> catalogue, long cellBytes) {
    return new CatalogueSizes(catalogue, cellBytes);
  }
}
