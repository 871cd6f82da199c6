package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.engine.cuda.driver.CudaEvent;
import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;

/**
 * A stream beside that of the steps, for the first products of low-rank updates: they need no more
 * than the base's product does, and go on while that one begins and ends.
 *
 * @param stream theirs
 * @param parted where they leave the stream of the steps
 * @param joined where they come back
 * @param shrink the first product
 * @param expand the second one, for few rows of each adapter
 * @param expandMany the second one, for many
 */
record LoraBranch(
    CudaStream stream,
    CudaEvent parted,
    CudaEvent joined,
    Kernel shrink,
    Kernel expand,
    Kernel expandMany)
    implements AutoCloseable {

  static LoraBranch of(CudaContext context, CudaKernels kernels) {
    return new LoraBranch(
        new CudaStream(context),
        CudaEvent.forWaiting(context),
        CudaEvent.forWaiting(context),
        kernel(kernels, "lora_shrink"),
        kernel(kernels, "lora_expand"),
        kernel(kernels, "lora_expand_many"));
  }

  private static Kernel kernel(CudaKernels kernels, String name) {
    return kernels.joiningKernel(KernelText.LORA, name, LoraKernels.STRUCT_BYTES);
  }

  /** What is put into the branch from now on comes after all that is in the steps' stream. */
  void part(CudaStream steps) {
    parted.record(steps);
    stream.await(parted);
  }

  /** What is put into the steps' stream from now on comes after all that is in the branch. */
  void join(CudaStream steps) {
    joined.record(stream);
    steps.await(joined);
  }

  @Override
  public void close() {
    parted.close();
    joined.close();
    stream.close();
  }
}
