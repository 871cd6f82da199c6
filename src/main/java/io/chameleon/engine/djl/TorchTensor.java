package io.chameleon.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.lang.foreign.MemorySegment;

/** A tensor of libtorch, on whatever device it lies. For one thread. */
public final class TorchTensor implements AutoCloseable {

  private final PtNDArray array;

  TorchTensor(PtNDArray array) {
    this.array = array;
  }

  /** The number of its elements. */
  public long size() {
    return array.size();
  }

  /**
   * Where its first element lies in host memory.
   *
   * @param first a view of the first elements, for a tensor of over 2 GiB cannot be asked
   */
  static long address(PtNDArray first) {
    return MemorySegment.ofBuffer(first.toByteBuffer(true)).address();
  }

  /** DJL's handle: the address of libtorch's tensor object. */
  public long handle() {
    return array.getHandle();
  }

  IValue value() {
    return IValue.from(array);
  }

  PtNDArray array() {
    return array;
  }

  @Override
  public void close() {
    array.close();
  }
}
