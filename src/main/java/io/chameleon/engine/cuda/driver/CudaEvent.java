package io.chameleon.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A mark in a stream, which comes when the work before it is done. */
public final class CudaEvent implements AutoCloseable {

  private static final int BLOCKING_WITHOUT_TIMING = 3;

  private final CudaDriver driver;
  private final MemorySegment handle;

  private CudaEvent(CudaContext context, int flags) {
    this.driver = context.driver();
    this.handle = MemorySegment.ofAddress(driver.made("cuEventCreate", flags));
  }

  /** One to wait for, whose waiters sleep. */
  public static CudaEvent forWaiting(CudaContext context) {
    return new CudaEvent(context, BLOCKING_WITHOUT_TIMING);
  }

  /** One that knows when it came. */
  public static CudaEvent timed(CudaContext context) {
    return new CudaEvent(context, 0);
  }

  MemorySegment handle() {
    return handle;
  }

  /** Puts the mark behind all work that is in the stream now. */
  public void record(CudaStream stream) {
    driver.record(handle, stream);
  }

  /** Waits until it has come. */
  public void synchronize() {
    driver.synchronize(handle);
  }

  /** Whether it has come. */
  public boolean isDone() {
    return driver.isDone(handle);
  }

  /** Milliseconds from an earlier timed event to this one; both must have come. */
  public double millisSince(CudaEvent earlier) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment millis = arena.allocate(JAVA_FLOAT);
      driver.call("cuEventElapsedTime", millis, earlier.handle, handle);
      return millis.get(JAVA_FLOAT, 0);
    }
  }

  @Override
  public void close() {
    driver.callAll("cuEventDestroy_v2", handle);
  }
}
