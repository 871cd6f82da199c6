package io.chameleon.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.chameleon.engine.cuda.driver.CudaDriver;
import io.chameleon.model.ElementType;
import java.util.Set;

/** The GPU that tests run on. */
public final class Gpu {

  private static final int ROWS = 256;
  private static final int SEQUENCES = 64;

  private Gpu() {}

  /** Skips the test, visibly, where there is none. */
  public static void require() {
    assumeTrue(CudaDriver.find().isPresent(), "no NVIDIA GPU");
  }

  /** As the service uses it. */
  public static GpuCompute of(ElementType numbers) {
    return of(numbers, true, Set.of());
  }

  /** With or without recorded steps, and without some kernels. */
  public static GpuCompute of(ElementType numbers, boolean recorded, Set<String> off) {
    return of(new GpuOptions(0, numbers, ROWS, SEQUENCES, recorded, off, false));
  }

  /** With bits that no company changes, in steps that are large enough for one. */
  public static GpuCompute batchInvariant(ElementType numbers, int rows, int sequences) {
    return of(new GpuOptions(0, numbers, rows, sequences, true, Set.of(), true));
  }

  private static GpuCompute of(GpuOptions options) {
    return GpuCompute.require(options, System::nanoTime);
  }
}
