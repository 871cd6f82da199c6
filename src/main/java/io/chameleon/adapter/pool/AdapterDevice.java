package io.chameleon.adapter.pool;

import io.chameleon.memory.CellMover;
import io.chameleon.memory.CellRun;
import io.chameleon.model.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/**
 * What the pool needs of the device. The engine makes it; all calls come from the engine thread.
 * Adapters run where they rest, unless it is a {@link WindowDevice}.
 */
public interface AdapterDevice extends CellMover {

  /** Elements (not bytes) that a cell holds. */
  int cellElements();

  /** Format of the elements: 4-byte floats, where a device does not say otherwise. */
  default ElementType numbers() {
    return ElementType.F32;
  }

  /**
   * Copies packed weights from host memory into cells, beside the steps of the engine.
   *
   * @param weights must stay until it is done
   * @param rest cells that must neither move nor be read until it is done
   * @return done when the copy is, on any thread
   */
  CompletableFuture<Void> upload(MemorySegment weights, CellRun rest);

  /**
   * Whether steps may have an adapter whose upload goes on: each of their layers then waits for its
   * part.
   */
  default boolean followsUploads() {
    return false;
  }
}
