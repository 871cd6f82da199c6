package io.chameleon.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;

/**
 * Where a tensor of libtorch lies on the device. DJL's buffers are copies on the host, so
 * libtorch's own {@code data_ptr()} is called, by its mangled name.
 */
public final class TorchAddress {

  private TorchAddress() {}

  /**
   * The address of the first element.
   *
   * @param tensor DJL's handle: the address of an {@code at::Tensor}
   * @param type the mangled name of the C++ type of its elements, such as {@code f}
   * @throws CudaException if libtorch has changed its names
   */
  public static long of(long tensor, String type) {
    NativeLibrary library =
        NativeLibrary.findLoaded("libtorch_cpu.so")
            .orElseThrow(() -> new CudaException("libtorch is not loaded"));
    var dataPtr =
        library.handle(
            "_ZNK2at10TensorBase8data_ptrI" + type + "EEPT_v",
            FunctionDescriptor.of(JAVA_LONG, ADDRESS));
    try {
      return (long) dataPtr.invokeExact(MemorySegment.ofAddress(tensor));
    } catch (Throwable e) {
      throw Call.unexpected(e);
    }
  }
}
