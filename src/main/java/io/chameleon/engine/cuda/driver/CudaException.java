package io.chameleon.engine.cuda.driver;

/** A call of CUDA that failed. */
public class CudaException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** {@code what} names the call and what it was called for. */
  public CudaException(String what) {
    super(what);
  }
}
