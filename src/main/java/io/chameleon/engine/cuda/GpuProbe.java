package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.Cublas;
import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.engine.cuda.driver.CudaDriver;
import io.chameleon.engine.cuda.driver.CudaEvent;
import io.chameleon.engine.cuda.driver.CudaException;
import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.TorchStream;
import io.chameleon.engine.djl.TorchProgram;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** What a GPU can do at most: large matrix products, copies within it, copies to it. */
public final class GpuProbe implements AutoCloseable {

  private static final int TRIES = 9;
  private static final int SIZE = 8192;
  private static final long COPY_BYTES = 4L << 30;
  private static final long UPLOAD_BYTES = 256L << 20;

  private final CudaContext context;
  private final CudaStream stream;
  private final TorchProgram program;
  private final TorchMemory memory;

  private GpuProbe(CudaContext context) {
    this.context = context;
    context.use();
    this.program = TorchProgram.load("cuda_decoder.py", "Twins", context.ordinal());
    TorchProgram.prepareThread();
    this.stream = new CudaStream(context);
    TorchStream.set(stream, context.ordinal());
    this.memory = new TorchMemory(program, context.ordinal());
  }

  /**
   * Of a GPU, for the calling thread.
   *
   * @throws CudaException if there is none
   */
  public static GpuProbe open(int ordinal) {
    CudaDriver driver =
        CudaDriver.find().orElseThrow(() -> new CudaException("no NVIDIA GPU is to be found"));
    return new GpuProbe(CudaContext.open(driver, ordinal));
  }

  /** The GPU's name. */
  public String name() {
    return context.name();
  }

  /** Operations a second in a product of two bf16 matrices of random numbers. */
  public double flops() {
    try (Cublas cublas = new Cublas(stream)) {
      DeviceTensor x = random(SIZE);
      DeviceTensor w = random(SIZE);
      DeviceTensor y = memory.zeros(TorchMemory.Kind.BFLOAT16, SIZE, SIZE);
      Cublas.Size size = new Cublas.Size(SIZE, SIZE, SIZE);
      double seconds = seconds(() -> cublas.linear(size, matrix(x), matrix(w), matrix(y), false));
      return 2.0 * SIZE * SIZE * SIZE / seconds;
    } finally {
      memory.close();
    }
  }

  private DeviceTensor random(int size) {
    DeviceTensor tensor = memory.zeros(TorchMemory.Kind.BFLOAT16, size, size);
    program.number("fill", tensor.tensor(), 0L, (long) size * size, 0.0, 1.0);
    return tensor;
  }

  private static Cublas.Matrix matrix(DeviceTensor tensor) {
    return new Cublas.Matrix(tensor.address(), LinearProducts.numbers(tensor), tensor.columns());
  }

  /** Bytes a second that are read and written, together, by a kernel that changes each number. */
  public double copyBytes() {
    long elements = COPY_BYTES / Float.BYTES;
    DeviceTensor numbers = memory.zeros(TorchMemory.Kind.FLOAT32, 1, elements);
    program.number("fill", numbers.tensor(), 0L, elements, 0.0, 1.0);
    try {
      return 2.0 * COPY_BYTES / seconds(() -> program.number("touched", numbers.tensor()));
    } finally {
      memory.close();
    }
  }

  /** Bytes a second from pinned host memory to the device. */
  public double uploadBytes() {
    MemorySegment host = context.allocatePinned(UPLOAD_BYTES);
    DeviceTensor to = memory.zeros(TorchMemory.Kind.INT8, 1, UPLOAD_BYTES);
    try {
      return UPLOAD_BYTES
          / seconds(
              () -> context.driver().copyAsync(to.address(), host.address(), UPLOAD_BYTES, stream));
    } finally {
      context.freePinned(host);
      memory.close();
    }
  }

  /** The median of some runs, after some to warm up. */
  private double seconds(Runnable work) {
    double[] seconds = new double[TRIES];
    try (CudaEvent begin = CudaEvent.timed(context);
        CudaEvent end = CudaEvent.timed(context)) {
      work.run();
      work.run();
      for (int i = 0; i < TRIES; i++) {
        begin.record(stream);
        work.run();
        end.record(stream);
        end.synchronize();
        seconds[i] = end.millisSince(begin) / 1e3;
      }
    }
    Arrays.sort(seconds);
    return seconds[TRIES / 2];
  }

  @Override
  public void close() {
    memory.close();
    stream.close();
    program.close();
  }
}
