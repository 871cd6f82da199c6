package io.chameleon.adapter.pool;

import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.memory.CellSpace;
import io.chameleon.model.ModelConfig;
import io.chameleon.request.AdapterRefusedException;

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
    return new RunningSize(model, device.cellElements());
  }

  /**
   * Refuses a version that can never run here.
   *
   * @throws AdapterRefusedException with the reason
   */
  void requireRoomToRun(AdapterVersion version) {
    int cells = running().cells(version.shape());
    if (cells >= space.cells()) {
      throw new AdapterRefusedException(
          version.name(),
          "it takes %d cells of memory while it runs; the arena has %d"
              .formatted(cells, space.cells()));
    }
  }

  /** Bytes of a cell. */
  long cellBytes() {
    return (long) device.cellElements() * Float.BYTES;
  }

  /** Cells that so many bytes take. */
  int cellsFor(long bytes) {
    return Math.toIntExact((bytes + cellBytes() - 1) / cellBytes());
  }
}
