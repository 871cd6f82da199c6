package io.chameleon.model;

import java.nio.file.Path;
import java.util.Set;

/**
 * A Hugging Face model folder, opened and checked: every tensor the configuration asks for is there
 * with the right shape, and no other. Tensors are memory-mapped.
 */
public final class Checkpoint implements AutoCloseable {

  private Checkpoint() {}

  /**
   * Opens and checks a folder.
   *
   * @throws UnsupportedModelException naming the field or tensor, its value and what is supported
   */
  public static Checkpoint open(Path folder) {
    throw new UnsupportedOperationException("to be written: " + folder);
  }

  /** The shape of the model. */
  public ModelConfig config() {
    throw new UnsupportedOperationException("to be written");
  }

  /** End-of-sequence tokens: of generation_config.json, else of config.json. */
  public Set<Integer> eosTokens() {
    throw new UnsupportedOperationException("to be written");
  }

  /** The tensor of this name, for example {@code model.embed_tokens.weight}. */
  public TensorView tensor(String name) {
    throw new UnsupportedOperationException("to be written: " + name);
  }

  /** Unmaps the files; tensors must not be read afterwards. */
  @Override
  public void close() {}
}
