package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.CudaDriver;
import io.chameleon.engine.cuda.driver.CudaStream;

/** A stream as a queue. */
record CudaQueue(CudaDriver driver, CudaStream stream) implements DeviceQueue {

  @Override
  public void copy(long to, long from, long bytes) {
    if (bytes > 0) {
      driver.copyAsync(to, from, bytes, stream);
    }
  }

  @Override
  public void clear(long address, long bytes) {
    if (bytes > 0) {
      driver.clearAsync(address, bytes, stream);
    }
  }

  @Override
  public void synchronize() {
    stream.synchronize();
  }
}
