package io.chameleon.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Matrix products by NVIDIA's library, which libtorch brings along, with fp32 sums and without
 * TF32.
 *
 * @see <a href="https://docs.nvidia.com/cuda/cublas/">cuBLAS</a>
 */
public final class Cublas implements AutoCloseable {

  /** What NVIDIA advises for Hopper; less makes some products slower. */
  public static final long WORKSPACE_BYTES = 32L << 20;

  private static final int TRANSPOSED = 1;
  private static final int AS_IS = 0;
  private static final int COMPUTE_32F = 68;
  private static final int DEFAULT_ALGORITHM = -1;

  /** Kinds of numbers, with cuBLAS's numbers for them. */
  public enum Numbers {
    FLOAT32(0),
    BFLOAT16(14);

    private final int type;

    Numbers(int type) {
      this.type = type;
    }
  }

  /**
   * A matrix of rows one after the other.
   *
   * @param address of its first number
   * @param numbers what it holds
   * @param stride numbers from one row to the next
   */
  public record Matrix(long address, Numbers numbers, long stride) {}

  /**
   * Sizes of a product.
   *
   * @param rows of x and y
   * @param outputs columns of y
   * @param inputs columns of x
   */
  public record Size(int rows, int outputs, int inputs) {}

  private final MethodHandle gemm;
  private final MethodHandle setWorkspace;
  private final MemorySegment handle;
  private final NativeLibrary library;
  private final MemorySegment one;
  private final MemorySegment zero;

  /**
   * Makes one whose products go into a stream.
   *
   * @throws CudaException if the library is not there
   */
  public Cublas(CudaStream stream) {
    this.library =
        NativeLibrary.findLoaded("libcublas.so.12")
            .orElseThrow(() -> new CudaException("libcublas.so.12 is not to be found"));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment made = arena.allocate(ADDRESS);
      check(Call.status(library.function("cublasCreate_v2", ADDRESS), made), "cublasCreate");
      this.handle = made.get(ADDRESS, 0);
    }
    MethodHandle setStream = library.function("cublasSetStream_v2", ADDRESS, JAVA_LONG);
    check(Call.status(setStream, handle, stream.handle()), "cublasSetStream");
    this.setWorkspace = library.function("cublasSetWorkspace_v2", ADDRESS, JAVA_LONG, JAVA_LONG);
    this.gemm = gemm(library);
    this.one = Arena.ofAuto().allocateFrom(JAVA_FLOAT, 1f);
    this.zero = Arena.ofAuto().allocateFrom(JAVA_FLOAT, 0f);
  }

  private static MethodHandle gemm(NativeLibrary library) {
    return library.function(
        "cublasGemmEx",
        ADDRESS, // handle
        JAVA_INT,
        JAVA_INT, // transposed or not
        JAVA_INT,
        JAVA_INT,
        JAVA_INT, // sizes
        ADDRESS, // alpha
        JAVA_LONG,
        JAVA_INT,
        JAVA_INT, // a, type, stride
        JAVA_LONG,
        JAVA_INT,
        JAVA_INT, // b
        ADDRESS, // beta
        JAVA_LONG,
        JAVA_INT,
        JAVA_INT, // c
        JAVA_INT,
        JAVA_INT);
  }

  private static void check(int status, String what) {
    if (status == 3) {
      throw new CudaOutOfMemoryException(what + " failed: the device is out of memory");
    }
    if (status != 0) {
      throw new CudaException("%s failed (cuBLAS status %d)".formatted(what, status));
    }
  }

  /** Gives it device memory to work in, so that it never takes any itself. */
  public void useWorkspace(long address, long bytes) {
    check(Call.status(setWorkspace, handle, address, bytes), "cublasSetWorkspace");
  }

  /**
   * y = x Wᵀ, or y += x Wᵀ. cuBLAS counts by columns, so it is asked for the transposed product.
   *
   * @param x (rows, inputs)
   * @param weight (outputs, inputs)
   * @param y (rows, outputs)
   * @param accumulate whether y is added to
   */
  public void linear(Size size, Matrix x, Matrix weight, Matrix y, boolean accumulate) {
    // A conditional would be an Object in a call of exact types.
    MemorySegment beta = accumulate ? one : zero;
    int status;
    try {
      status =
          (int)
              gemm.invokeExact(
                  handle,
                  TRANSPOSED,
                  AS_IS,
                  size.outputs,
                  size.rows,
                  size.inputs,
                  one,
                  weight.address,
                  weight.numbers.type,
                  (int) weight.stride,
                  x.address,
                  x.numbers.type,
                  (int) x.stride,
                  beta,
                  y.address,
                  y.numbers.type,
                  (int) y.stride,
                  COMPUTE_32F,
                  DEFAULT_ALGORITHM);
    } catch (Throwable e) {
      throw Call.unexpected(e);
    }
    check(status, "cublasGemmEx");
  }

  @Override
  public void close() {
    check(Call.status(library.function("cublasDestroy_v2", ADDRESS), handle), "cublasDestroy");
  }
}
