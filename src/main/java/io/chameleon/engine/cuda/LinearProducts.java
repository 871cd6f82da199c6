package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.Cublas;

/** Products with the model's weights, by cuBLAS. */
final class LinearProducts {

  private final Cublas cublas;

  LinearProducts(Cublas cublas) {
    this.cublas = cublas;
  }

  /** to = from weightᵀ, or to += from weightᵀ. */
  void linear(
      DeviceTensor from, DeviceTensor weight, DeviceTensor to, int rows, boolean accumulate) {
    int inputs = (int) weight.columns();
    cublas.linear(
        new Cublas.Size(rows, (int) to.columns(), inputs),
        matrix(from),
        matrix(weight),
        matrix(to),
        accumulate);
  }

  private static Cublas.Matrix matrix(DeviceTensor tensor) {
    Cublas.Numbers numbers =
        tensor.kind() == TorchMemory.Kind.FLOAT32
            ? Cublas.Numbers.FLOAT32
            : Cublas.Numbers.BFLOAT16;
    return new Cublas.Matrix(tensor.address(), numbers, tensor.columns());
  }
}
