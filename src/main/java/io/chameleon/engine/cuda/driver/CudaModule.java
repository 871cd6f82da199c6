package io.chameleon.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Machine code on the device. */
public final class CudaModule implements AutoCloseable {

  /** The first compute capability with programmatic dependent launches. */
  private static final int DEPENDENT_LAUNCHES = 90;

  private final CudaDriver driver;
  private final boolean dependent;
  private final MemorySegment handle;

  /** Loads what {@link Nvrtc#compile} gave. */
  public CudaModule(CudaContext context, byte[] code) {
    this.driver = context.driver();
    this.dependent = context.capability() >= DEPENDENT_LAUNCHES;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment image = arena.allocate(code.length, Long.BYTES);
      image.copyFrom(MemorySegment.ofArray(code));
      this.handle = MemorySegment.ofAddress(driver.made("cuModuleLoadData", image));
    }
  }

  /**
   * A function of it.
   *
   * @param argumentBytes size of each argument
   * @throws CudaException if it has no such function
   */
  public Kernel kernel(String name, int... argumentBytes) {
    try (Arena arena = Arena.ofConfined()) {
      long function = driver.made("cuModuleGetFunction", handle, arena.allocateFrom(name));
      return new Kernel(driver, MemorySegment.ofAddress(function), dependent, argumentBytes);
    }
  }

  @Override
  public void close() {
    driver.callAll("cuModuleUnload", handle);
  }
}
