package io.chameleon.engine;

/** Runs steps. One thread makes it, uses it and closes it. */
public interface InferenceEngine extends AutoCloseable {

  /**
   * Runs one forward pass over the whole batch, writes the KV of the tokens fed, and samples.
   *
   * @throws EngineStepException if the step failed as a whole; the engine can go on, and nothing is
   *     known of the KV that the step should have written
   */
  StepResult step(Batch batch);

  @Override
  void close();
}
