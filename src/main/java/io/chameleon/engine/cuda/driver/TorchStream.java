package io.chameleon.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;

/**
 * Makes a stream of ours libtorch's current one on the calling thread, so that its operators and
 * our kernels run in one order. libtorch's C++ functions are called by their mangled names; a
 * {@code CUDAStream} is a device of two bytes and a number, 16 bytes, passed in registers.
 */
public final class TorchStream {

  private static final StructLayout CUDA_STREAM =
      MemoryLayout.structLayout(JAVA_LONG.withName("device"), JAVA_LONG.withName("id"));

  private TorchStream() {}

  /** Whether the libtorch that is loaded is a build for CUDA. */
  public static boolean isPossible() {
    return NativeLibrary.findLoaded("libc10_cuda.so").isPresent();
  }

  /**
   * Sets it.
   *
   * @throws CudaException if libtorch is not loaded with CUDA, or has changed its names
   */
  public static void set(CudaStream stream, int device) {
    NativeLibrary library =
        NativeLibrary.findLoaded("libc10_cuda.so")
            .orElseThrow(() -> new CudaException("libtorch is not loaded with CUDA"));
    var wrap =
        library.handle(
            "_ZN3c104cuda21getStreamFromExternalEP11CUstream_sta",
            FunctionDescriptor.of(CUDA_STREAM, JAVA_LONG, JAVA_BYTE));
    var set =
        library.handle(
            "_ZN3c104cuda20setCurrentCUDAStreamENS0_10CUDAStreamE",
            FunctionDescriptor.ofVoid(CUDA_STREAM));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment wrapped =
          (MemorySegment)
              wrap.invokeExact((SegmentAllocator) arena, stream.handle(), (byte) device);
      set.invokeExact(wrapped);
    } catch (Throwable e) {
      throw Call.unexpected(e);
    }
  }
}
