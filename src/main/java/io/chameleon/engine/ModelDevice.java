package io.chameleon.engine;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.pool.AdapterDevice;
import io.chameleon.adapter.pool.AdapterWindow;
import java.util.function.Function;

/** A device with a model on it: weights and an arena. The thread that opens it uses it. */
public interface ModelDevice extends AutoCloseable {

  /** Cells of the arena. */
  int cells();

  /** Bytes of weights that a decode step reads. */
  long weightBytes();

  /** The arena, for the pool and for moves of KV. */
  AdapterDevice arena();

  /**
   * The engine, which closes the device when it is closed.
   *
   * @param windows where the rows of running adapters stand
   */
  InferenceEngine engine(Function<ModuleGroup, AdapterWindow> windows);

  @Override
  void close();
}
