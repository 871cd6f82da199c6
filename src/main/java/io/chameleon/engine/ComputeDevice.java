package io.chameleon.engine;

import io.chameleon.adapter.host.HostBlock;
import io.chameleon.memory.pressure.DeviceMemory;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;

/** What the engine computes with, before anything lies on it. Safe for use by many threads. */
public interface ComputeDevice {

  /** Its name, for people. */
  String name();

  /** The format in which it keeps weights, KV and adapters. */
  ElementType numbers();

  /** Whether adapters run where they rest, and are packed evenly for that. */
  default boolean evenAdapters() {
    return false;
  }

  /**
   * Bytes that will be free there once a model is loaded, of which the arena may have a share.
   *
   * @param config the model
   */
  long availableBytes(ModelConfig config);

  /** The share of them that the arena has unless another is asked for. */
  double arenaShare();

  /** How large its steps are unless another size is asked for. */
  StepSize stepSize();

  /** Host memory that it copies from at full rate. */
  HostBlock.Allocator hostMemory();

  /** How full its own memory is. */
  DeviceMemory memory();

  /**
   * Loads a model and takes the arena. The thread that calls runs all steps.
   *
   * @param checkpoint may be closed afterwards
   * @param arenaBytes size of the arena, rounded down to whole cells
   */
  ModelDevice open(Checkpoint checkpoint, long arenaBytes);
}
