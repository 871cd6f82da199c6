package io.chameleon.engine.cuda.driver;

/** A queue of work on the device: what is put in later begins when what was before is done. */
public final class CudaStream implements AutoCloseable {

  private static final int NON_BLOCKING = 1;

  private final CudaDriver driver;
  private final long handle;

  /** Makes one that waits for no other. */
  public CudaStream(CudaContext context) {
    this.driver = context.driver();
    this.handle = driver.made("cuStreamCreate", NON_BLOCKING);
  }

  /** CUDA's handle. */
  public long handle() {
    return handle;
  }

  /** Waits until everything in it is done. */
  public void synchronize() {
    driver.synchronize(this);
  }

  /** What is put in from now on begins when the event has come. */
  public void await(CudaEvent event) {
    driver.await(this, event.handle());
  }

  @Override
  public void close() {
    driver.callAll("cuStreamDestroy_v2", handle);
  }
}
