package io.chameleon.engine.cuda;

/**
 * Weights of no meaning, made on the device: normal numbers, of a spread that keeps the residual
 * stream finite; ones for norms. For measuring, where only shapes count.
 */
final class RandomWeights implements WeightSource {

  private static final double SPREAD = 0.02;

  private final TorchMemory memory;

  RandomWeights(TorchMemory memory) {
    this.memory = memory;
  }

  @Override
  public void write(String name, DeviceTensor to, long offset, long elements) {
    boolean norm = name.contains("norm");
    memory
        .program()
        .number("fill", to.tensor(), offset, elements, norm ? 1.0 : 0.0, norm ? 0.0 : SPREAD);
  }
}
