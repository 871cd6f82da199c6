package io.chameleon.adapter.pool;

import io.chameleon.memory.CellSpace;
import io.chameleon.model.ModelConfig;

/**
 * The device that a pool works on.
 *
 * @param model whose adapters they are
 * @param space its memory
 * @param device copies there
 */
public record PoolDevice(ModelConfig model, CellSpace space, AdapterDevice device) {

  /** What adapters take while they run. */
  RunningSize running() {
    return device instanceof WindowDevice
        ? RunningSize.inWindows(model, device.cellElements())
        : RunningSize.inPlace(cellBytes());
  }

  /** Bytes of a cell. */
  long cellBytes() {
    return (long) device.cellElements() * device.numbers().bytes();
  }

  /** Cells that so many bytes take. */
  int cellsFor(long bytes) {
    return Math.toIntExact((bytes + cellBytes() - 1) / cellBytes());
  }
}
