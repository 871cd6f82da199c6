package io.chameleon.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A device and its primary context, the one that libtorch uses too, so that both see the same
 * memory and streams. A thread that calls CUDA makes it {@linkplain #use() current} first.
 */
public final class CudaContext {

  private static final int MULTIPROCESSORS = 16;
  private static final int MAJOR = 75;
  private static final int MINOR = 76;
  private static final int SHARED_MEMORY_OPTIN = 97;

  /** Pinned memory that every context may use. */
  private static final int PORTABLE = 1;

  private final CudaDriver driver;
  private final int ordinal;
  private final int device;
  private final long handle;

  private CudaContext(CudaDriver driver, int ordinal) {
    this.driver = driver;
    this.ordinal = ordinal;
    this.device = driver.number("cuDeviceGet", ordinal);
    this.handle = driver.made("cuDevicePrimaryCtxRetain", device);
    use();
  }

  /**
   * The context of a device.
   *
   * @param ordinal number of the device, from 0
   * @throws CudaException if there is no such device
   */
  public static CudaContext open(CudaDriver driver, int ordinal) {
    int count = driver.number("cuDeviceGetCount");
    if (ordinal < 0 || ordinal >= count) {
      throw new CudaException("device %d of %d".formatted(ordinal, count));
    }
    return new CudaContext(driver, ordinal);
  }

  /** The driver below. */
  public CudaDriver driver() {
    return driver;
  }

  /** Number of the device, from 0. */
  public int ordinal() {
    return ordinal;
  }

  /** Makes this the context of the calling thread. */
  public void use() {
    driver.callAll("cuCtxSetCurrent", handle);
  }

  /** The device's name, such as {@code NVIDIA H200}. */
  public String name() {
    int length = 256;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(length);
      driver.call("cuDeviceGetName", text, length, device);
      return text.getString(0, StandardCharsets.UTF_8);
    }
  }

  /** Number of streaming multiprocessors. */
  public int multiprocessors() {
    return attribute(MULTIPROCESSORS);
  }

  /** Compute capability, such as 90 for 9.0. */
  public int capability() {
    return attribute(MAJOR) * 10 + attribute(MINOR);
  }

  /** Bytes of shared memory that a block can have at most. */
  public int sharedMemoryBytes() {
    return attribute(SHARED_MEMORY_OPTIN);
  }

  private int attribute(int number) {
    return driver.number("cuDeviceGetAttribute", number, device);
  }

  /**
   * Memory of the device.
   *
   * @param freeBytes that nobody has taken, this process or another
   * @param totalBytes all of it
   */
  public record Memory(long freeBytes, long totalBytes) {}

  /** Asks how much memory is free now. */
  public Memory memory() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment both = arena.allocate(JAVA_LONG, 2);
      driver.call("cuMemGetInfo_v2", both, both.asSlice(Long.BYTES));
      return new Memory(both.getAtIndex(JAVA_LONG, 0), both.getAtIndex(JAVA_LONG, 1));
    }
  }

  /**
   * Host memory whose pages stay where they are, so that the device copies from it at full rate.
   */
  public MemorySegment allocatePinned(long bytes) {
    long address = driver.made("cuMemHostAlloc", Math.max(1, bytes), PORTABLE);
    return MemorySegment.ofAddress(address).reinterpret(bytes, Arena.global(), null);
  }

  /** Gives pinned memory back. */
  public void freePinned(MemorySegment memory) {
    driver.callAll("cuMemFreeHost", memory.address());
  }
}
