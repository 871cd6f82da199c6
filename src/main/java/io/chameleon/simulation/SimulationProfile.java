package io.chameleon.simulation;

import io.chameleon.scheduling.SchedulingLimits;

/**
 * A machine with a model on it, as far as its timing depends on them.
 *
 * @param name for people
 * @param model the model, and what its adapters touch
 * @param cells size of the arena: tokens of KV that fit beside the model
 * @param stepCost what a step takes
 * @param link what a copy from host memory takes
 * @param copyBytesPerSecond how fast cells are copied on the device; infinite if that is free
 * @param limits of a step, where a set-up says nothing else
 */
public record SimulationProfile(
    String name,
    SimulatedModel model,
    int cells,
    StepCost stepCost,
    LinkCost link,
    double copyBytesPerSecond,
    SchedulingLimits limits) {

  public SimulationProfile {
    if (cells < 1 || !(copyBytesPerSecond > 0)) {
      throw new IllegalArgumentException(
          "profile %s: %d cells and copies of %s bytes/s; they must be at least 1 and over 0"
              .formatted(name, cells, copyBytesPerSecond));
    }
  }

  /** The same machine with other costs of a step. */
  public SimulationProfile with(StepCost cost) {
    return new SimulationProfile(name, model, cells, cost, link, copyBytesPerSecond, limits);
  }

  /** The same machine with another link. */
  public SimulationProfile with(LinkCost newLink) {
    return new SimulationProfile(name, model, cells, stepCost, newLink, copyBytesPerSecond, limits);
  }

  /** The same machine with another arena. */
  public SimulationProfile withCells(int newCells) {
    return new SimulationProfile(name, model, newCells, stepCost, link, copyBytesPerSecond, limits);
  }
}
