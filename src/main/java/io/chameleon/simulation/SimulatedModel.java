package io.chameleon.simulation;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.Set;

/**
 * The model that a simulation pretends to serve: its shape, and what its adapters touch.
 *
 * @param config its shape
 * @param elementBytes bytes of an element on the device, at least 1
 * @param adapterModules what each adapter has of each layer, at least one
 * @param inPlace whether adapters run where they rest; else in windows
 */
public record SimulatedModel(
    ModelConfig config, int elementBytes, Set<LinearModule> adapterModules, boolean inPlace) {

  public SimulatedModel {
    adapterModules = Set.copyOf(adapterModules);
    if (elementBytes < 1 || adapterModules.isEmpty()) {
      throw new IllegalArgumentException(
          "elements of %d bytes, adapters of the modules %s; there must be at least 1 of each"
              .formatted(elementBytes, adapterModules));
    }
  }

  /** Elements of the KV of one token over all layers: those of an arena cell. */
  int cellElements() {
    return config.layers() * 2 * config.kvHeads() * config.headSize();
  }

  /** Bytes of an arena cell on the device. */
  long cellBytes() {
    return (long) cellElements() * elementBytes;
  }

  /** Elements of an adapter of this rank. */
  long adapterElements(int rank) {
    long perRank = 0;
    for (LinearModule module : adapterModules) {
      perRank += config.inputSize(module) + config.outputSize(module);
    }
    return config.layers() * perRank * rank;
  }

  /** Bytes of an adapter of this rank, on the way to the device and there. */
  public long adapterBytes(int rank) {
    return adapterElements(rank) * elementBytes;
  }

  /** Whether adapters have modules of a group. */
  boolean touches(ModuleGroup group) {
    return group.modules().stream().anyMatch(adapterModules::contains);
  }
}
