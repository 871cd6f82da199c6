package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.Cublas;
import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import org.jspecify.annotations.Nullable;

/**
 * Products with the model's weights: of up to 8 rows by a kernel of our own, else by cuBLAS; or,
 * where no row may depend on the others, all by cuBLAS in {@linkplain RowTiles tiles}.
 */
final class LinearProducts {

  /** Shared memory of the build that takes most. */
  static final int MOST_SHARED = 98_304;

  private static final int MOST_ROWS = 8;
  private static final int ADDRESS = Long.BYTES;
  private static final int NUMBER = Integer.BYTES;
  private static final int TILE = 16;

  private final Cublas cublas;
  private final CudaStream stream;
  private final int multiprocessors;
  private final @Nullable Skinny narrow;
  private final @Nullable Skinny narrowFloat;
  private final @Nullable Skinny deep;
  private final @Nullable Skinny deepFloat;
  private StepRows.Kind kind = StepRows.Kind.MIXED;

  /** A build of the kernel: so many blocks are resident at once. */
  private record Skinny(Kernel kernel, int threads, int sharedBytes, int resident) {

    static Skinny of(CudaKernels kernels, String name, int threads, int shared) {
      Kernel kernel =
          kernels
              .kernel(
                  KernelText.SKINNY,
                  name,
                  ADDRESS,
                  ADDRESS,
                  ADDRESS,
                  ADDRESS,
                  NUMBER,
                  NUMBER,
                  NUMBER,
                  NUMBER)
              .withSharedMemory(shared);
      int resident = Math.max(1, kernel.residentBlocks(threads, shared));
      return new Skinny(kernel, threads, shared, resident);
    }
  }

  LinearProducts(Cublas cublas, CudaKernels kernels, CudaStream stream, int multiprocessors) {
    this.cublas = cublas;
    this.stream = stream;
    this.multiprocessors = multiprocessors;
    boolean has = kernels.has(KernelText.SKINNY);
    this.narrow = has ? Skinny.of(kernels, "skinny", 128, 65_536) : null;
    this.narrowFloat = has ? Skinny.of(kernels, "skinny_float", 128, 65_536) : null;
    this.deep = has ? Skinny.of(kernels, "skinny_w8s3", 256, MOST_SHARED) : null;
    this.deepFloat = has ? Skinny.of(kernels, "skinny_float_w8s3", 256, MOST_SHARED) : null;
  }

  /** What the rows of the products that follow are of. */
  void prepare(StepRows rows) {
    kind = rows.kind();
  }

  /** to = from weightᵀ, or to += from weightᵀ. */
  void linear(
      DeviceTensor from, DeviceTensor weight, DeviceTensor to, int rows, boolean accumulate) {
    int tile = RowTiles.rows(kind, from, to);
    if (tile == 0) {
      whole(from, weight, to, rows, accumulate);
      return;
    }
    Cublas.Size size = new Cublas.Size(tile, (int) to.columns(), (int) weight.columns());
    for (int row = 0; row < rows; row += tile) {
      cublas.linear(size, matrix(from, row), matrix(weight, 0), matrix(to, row), accumulate);
    }
  }

  private void whole(
      DeviceTensor from, DeviceTensor weight, DeviceTensor to, int rows, boolean accumulate) {
    int inputs = (int) weight.columns();
    int outputs = (int) to.columns();
    Skinny skinny = rows <= MOST_ROWS ? skinny(to, rows, outputs, inputs) : null;
    if (skinny == null) {
      cublas.linear(
          new Cublas.Size(rows, outputs, inputs),
          matrix(from, 0),
          matrix(weight, 0),
          matrix(to, 0),
          accumulate);
      return;
    }
    int blocks = Math.min((outputs + TILE - 1) / TILE, multiprocessors * skinny.resident);
    skinny
        .kernel
        .begin()
        .with(from.address())
        .with(weight.address())
        .with(0L)
        .with(to.address())
        .with(rows)
        .with(outputs)
        .with(inputs)
        .with(accumulate ? 1 : 0)
        .launch(Kernel.Grid.of(blocks, skinny.threads), skinny.sharedBytes, stream);
  }

  /** Which build is the faster one, as measured on an H200 over the shapes of Llama 2 7B. */
  private @Nullable Skinny skinny(DeviceTensor to, int rows, int outputs, int inputs) {
    boolean isDeep = inputs > 4096 || outputs <= 8192 || (rows > 2 && outputs > 24_576);
    boolean logits = to.kind() == TorchMemory.Kind.FLOAT32;
    if (isDeep) {
      return logits ? deepFloat : deep;
    }
    return logits ? narrowFloat : narrow;
  }

  private static Cublas.Matrix matrix(DeviceTensor tensor, int firstRow) {
    long offset = firstRow * tensor.columns() * tensor.kind().bytes();
    return new Cublas.Matrix(tensor.address() + offset, numbers(tensor), tensor.columns());
  }

  static Cublas.Numbers numbers(DeviceTensor tensor) {
    return tensor.kind() == TorchMemory.Kind.FLOAT32
        ? Cublas.Numbers.FLOAT32
        : Cublas.Numbers.BFLOAT16;
  }
}
