package io.chameleon.adapter;

import io.chameleon.model.ModelConfig;
import java.nio.file.Path;
import java.util.List;

/**
 * A PEFT LoRA folder, opened and checked against the model: everything in it is understood, or it is
 * refused. Tensors are memory-mapped.
 */
public final class AdapterFile implements AutoCloseable {

  private AdapterFile() {}

  /**
   * Reads configuration and headers; no weight is read.
   *
   * @throws InvalidAdapterException with a cause that a person understands
   */
  public static AdapterFile open(Path folder, ModelConfig model) {
    throw new UnsupportedOperationException("to be written: " + folder + model);
  }

  /** The scaling of modules without a pattern of their own. */
  public float scaling() {
    throw new UnsupportedOperationException("to be written");
  }

  /** The largest rank of any module. */
  public int rank() {
    throw new UnsupportedOperationException("to be written");
  }

  /** All updates, by layer, then in the order of {@code LinearModule}. */
  public List<LoraModule> modules() {
    throw new UnsupportedOperationException("to be written");
  }

  /**
   * Reads every weight and refuses NaN and infinities.
   *
   * @throws InvalidAdapterException naming the tensor
   */
  public void checkValues() {
    throw new UnsupportedOperationException("to be written");
  }

  /** Hex SHA-256 over configuration and weights: the adapter's identity. */
  public String contentHash() {
    throw new UnsupportedOperationException("to be written");
  }

  @Override
  public void close() {}
}
