package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.engine.cuda.driver.CudaException;
import io.chameleon.engine.cuda.driver.CudaGraph;
import io.chameleon.engine.cuda.driver.CudaOutOfMemoryException;
import io.chameleon.engine.cuda.driver.CudaStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recorded decode steps: one for each number of rows, filled up to a few sizes, and each size of
 * the low-rank updates. A step is recorded when it is first needed, so starting takes no longer the
 * more adapters there are.
 */
final class StepGraphs implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StepGraphs.class);

  /** Up to here sizes are powers of two, from here on multiples of it. */
  private static final int ROW_STEP = 8;

  /** Each holds memory of the driver's; the one that was used least lately makes room. */
  private static final int MOST = 128;

  private static final float LOAD_FACTOR = 0.75f;

  /**
   * What recorded steps differ by.
   *
   * @param rows filled up
   * @param attention variant of the low-rank updates of attention, 0 without
   * @param mlp variant of those of the MLP, 0 without
   */
  record Key(int rows, int attention, int mlp) {}

  private final CudaContext context;
  private final CudaStream stream;
  private final Map<Key, CudaGraph> graphs = new LinkedHashMap<>(MOST, LOAD_FACTOR, true);
  private boolean broken;

  StepGraphs(CudaContext context, CudaStream stream) {
    this.context = context;
    this.stream = stream;
  }

  /** Rows to which a step is filled up. */
  static int filled(int rows) {
    if (rows >= ROW_STEP) {
      return (rows + ROW_STEP - 1) / ROW_STEP * ROW_STEP;
    }
    int filled = 1;
    while (filled < rows) {
      filled *= 2;
    }
    return filled;
  }

  /** Whether a step is recorded. */
  boolean has(Key key) {
    return graphs.containsKey(key);
  }

  /**
   * Puts a step into the stream: as recorded, or, where it is new, as it is, and recorded then.
   *
   * @param work puts the step into the stream
   */
  void run(Key key, Runnable work) {
    CudaGraph graph = graphs.get(key);
    if (graph != null) {
      graph.launch(stream);
      return;
    }
    // Also loads what is loaded lazily, which could not be recorded.
    work.run();
    if (!broken) {
      record(key, work);
    }
  }

  private void record(Key key, Runnable work) {
    if (graphs.size() >= MOST) {
      stream.synchronize();
      Iterator<CudaGraph> eldest = graphs.values().iterator();
      eldest.next().close();
      eldest.remove();
    }
    try {
      graphs.put(key, CudaGraph.record(context, stream, work));
    } catch (CudaOutOfMemoryException e) {
      stream.synchronize();
      close();
      log.warn("Recorded steps are dropped, for the device lacks memory: {}", e.getMessage());
    } catch (CudaException e) {
      broken = true;
      log.warn("Steps cannot be recorded, and are launched kernel by kernel: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    graphs.values().forEach(CudaGraph::close);
    graphs.clear();
  }
}
