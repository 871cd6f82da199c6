package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.TorchAddress;
import io.chameleon.engine.djl.TorchProgram;
import io.chameleon.engine.djl.TorchTensor;
import java.util.ArrayList;
import java.util.List;

/** Tensors on the device, taken from libtorch, given back together. For one thread. */
final class TorchMemory implements AutoCloseable {

  /** libtorch's numbers for kinds of numbers. */
  enum Kind {
    BFLOAT16(15, 2, "N3c108BFloat16E"),
    FLOAT16(5, 2, "N3c104HalfE"),
    FLOAT32(6, 4, "f"),
    INT32(3, 4, "i"),
    INT8(1, 1, "a");

    private final long number;
    private final int bytes;
    private final String mangled;

    Kind(long number, int bytes, String mangled) {
      this.number = number;
      this.bytes = bytes;
      this.mangled = mangled;
    }

    long number() {
      return number;
    }

    int bytes() {
      return bytes;
    }
  }

  private final TorchProgram program;
  private final long gpu;
  private final List<DeviceTensor> tensors = new ArrayList<>();

  /**
   * @param program with the methods that take memory
   * @param gpu number of the device, from 0; negative for the host
   */
  TorchMemory(TorchProgram program, int gpu) {
    this.program = program;
    this.gpu = gpu;
  }

  TorchProgram program() {
    return program;
  }

  /** Zeros of a shape (rows, columns), kept until this is closed. */
  DeviceTensor zeros(Kind kind, long rows, long columns) {
    DeviceTensor tensor = make("zeros", kind, rows, columns);
    tensors.add(tensor);
    return tensor;
  }

  /** Anything of a shape, for the caller to close. */
  DeviceTensor temporary(Kind kind, long elements) {
    return make("uninitialised", kind, 1, elements);
  }

  private DeviceTensor make(String method, Kind kind, long rows, long columns) {
    TorchTensor tensor = program.call(method, new long[] {rows, columns}, kind.number, gpu);
    long address =
        gpu < 0 ? program.hostAddress(tensor) : TorchAddress.of(tensor.handle(), kind.mangled);
    return new DeviceTensor(tensor, address, kind, columns);
  }

  @Override
  public void close() {
    tensors.forEach(DeviceTensor::close);
    tensors.clear();
  }
}
