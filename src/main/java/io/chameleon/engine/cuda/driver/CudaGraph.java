package io.chameleon.engine.cuda.driver;

import java.lang.foreign.MemorySegment;

/** Work that was recorded once and is launched as a whole, again and again. */
public final class CudaGraph implements AutoCloseable {

  /** Calls of other threads do not disturb the recording. */
  private static final int THREAD_LOCAL = 1;

  private final CudaDriver driver;
  private final MemorySegment executable;

  private CudaGraph(CudaDriver driver, long executable) {
    this.driver = driver;
    this.executable = MemorySegment.ofAddress(executable);
  }

  /**
   * Records what the work puts into the stream; none of it runs.
   *
   * @throws CudaException if the work does what cannot be recorded
   */
  public static CudaGraph record(CudaContext context, CudaStream stream, Runnable work) {
    CudaDriver driver = context.driver();
    driver.callAll("cuStreamBeginCapture_v2", stream.handle(), THREAD_LOCAL);
    long graph = 0;
    try {
      work.run();
    } finally {
      // Also after a failure: the stream would be of no use.
      graph = ended(driver, stream);
    }
    try {
      return new CudaGraph(driver, driver.made("cuGraphInstantiateWithFlags", graph, 0L));
    } finally {
      driver.callAll("cuGraphDestroy", graph);
    }
  }

  private static long ended(CudaDriver driver, CudaStream stream) {
    try (var arena = java.lang.foreign.Arena.ofConfined()) {
      MemorySegment graph = arena.allocate(Long.BYTES, Long.BYTES);
      driver.callAll("cuStreamEndCapture", stream.handle(), graph);
      return graph.get(java.lang.foreign.ValueLayout.JAVA_LONG, 0);
    }
  }

  /** Puts the whole work into a stream. */
  public void launch(CudaStream stream) {
    driver.launchGraph(executable, stream);
  }

  @Override
  public void close() {
    driver.callAll("cuGraphExecDestroy", executable);
  }
}
