package io.chameleon.engine.cuda.driver;

/** The device has less memory left than a call needs; the call has changed nothing. */
public final class CudaOutOfMemoryException extends CudaException {

  private static final long serialVersionUID = 1L;

  /** {@code what} names the call and what it was called for. */
  public CudaOutOfMemoryException(String what) {
    super(what);
  }
}
