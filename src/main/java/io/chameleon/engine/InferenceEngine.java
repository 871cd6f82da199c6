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

  /**
   * The same, for an engine that prepares the next step meanwhile.
   *
   * @param next what is known of the next step
   * @throws EngineStepException as above
   */
  default StepResult step(Batch batch, NextStep next) {
    return step(batch);
  }

  /**
   * Whether a device of its own computes while the calling thread is free, which {@link
   * NextStep#launched} says.
   */
  default boolean isAsynchronous() {
    return false;
  }

  @Override
  void close();
}
