package io.chameleon.engine.cuda;

/** Where weights come from, tensor by tensor. */
interface WeightSource {

  /**
   * Writes a tensor of the checkpoint into device memory.
   *
   * @param name as in the checkpoint
   * @param to where it goes
   * @param offset elements of {@code to} before it
   * @param elements how many it has
   */
  void write(String name, DeviceTensor to, long offset, long elements);
}
