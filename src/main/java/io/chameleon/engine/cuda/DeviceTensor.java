package io.chameleon.engine.cuda;

import io.chameleon.engine.djl.TorchTensor;

/**
 * Memory of libtorch's, as a tensor for its operators and as an address for kernels.
 *
 * @param tensor contiguous
 * @param address of the first element
 * @param kind what its elements are
 * @param columns elements of a row
 */
record DeviceTensor(TorchTensor tensor, long address, TorchMemory.Kind kind, long columns)
    implements AutoCloseable {

  @Override
  public void close() {
    tensor.close();
  }
}
