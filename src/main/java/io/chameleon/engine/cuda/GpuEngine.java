package io.chameleon.engine.cuda;

import io.chameleon.engine.Batch;
import io.chameleon.engine.EngineStepException;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.engine.NextStep;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.sampling.SamplingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps on a GPU. A step for which the device lacks memory, or that is larger than its buffers, is
 * run in parts. The thread that makes it runs all its steps.
 */
public final class GpuEngine implements InferenceEngine {

  private static final Logger log = LoggerFactory.getLogger(GpuEngine.class);

  private final StepRunner runner;
  private final Runnable onClose;
  private boolean batchInvariant;

  /**
   * @param runner runs what fits
   * @param onClose closes the device
   */
  GpuEngine(StepRunner runner, Runnable onClose) {
    this.runner = runner;
    this.onClose = onClose;
  }

  /** Runs steps that fit the buffers. */
  interface StepRunner {

    /** Most rows of a step. */
    int mostRows();

    /** Most sequences of a step. */
    int mostSequences();

    /**
     * Runs a step and fetches what it gave.
     *
     * @param next what is known of the next one
     * @throws RuntimeException of CUDA or libtorch if it failed
     */
    StepResult run(Batch batch, NextStep next);

    /** Milliseconds for which the device worked on the last step. */
    double deviceMillis();

    /** Milliseconds of each part of a step, which is run for it, kernel by kernel. */
    Map<String, Double> parts(Batch batch);

    /**
     * Whether, from the next step on, no row may depend on the others; a batch is then of prompts'
     * tokens alone, or of generated ones alone.
     */
    void setBatchInvariant(boolean on);

    /** Whether a failure means that memory was lacking; what can be freed is freed then. */
    boolean lacksMemory(RuntimeException failure);
  }

  /** Milliseconds for which the device worked on the last step, as CUDA's events count them. */
  public double deviceMillis() {
    return runner.deviceMillis();
  }

  /**
   * Whether, from the next step on, what a sequence computes is bit for bit the same in any company
   * and however its prompt is cut.
   *
   * @throws IllegalStateException if kernels are missing that it needs
   */
  public void setBatchInvariant(boolean on) {
    runner.setBatchInvariant(on);
    batchInvariant = on;
  }

  /**
   * Runs a step kernel by kernel, to see where its time goes; its tokens are not taken.
   *
   * @param batch fits the buffers
   * @return milliseconds of each part, over all layers
   */
  public Map<String, Double> parts(Batch batch) {
    return runner.parts(batch);
  }

  @Override
  public StepResult step(Batch batch) {
    return step(batch, NextStep.UNKNOWN);
  }

  @Override
  public boolean isAsynchronous() {
    return true;
  }

  @Override
  public StepResult step(Batch batch, NextStep next) {
    if (batchInvariant) {
      Passes passes = new Passes(batch);
      if (!passes.isOne()) {
        next.launched();
        return passes.run(pass -> whole(pass, NextStep.UNKNOWN));
      }
    }
    return whole(batch, next);
  }

  private StepResult whole(Batch batch, NextStep next) {
    if (batch.tokens() > runner.mostRows() || batch.sequences().size() > runner.mostSequences()) {
      next.launched();
      return inParts(batch);
    }
    try {
      return runner.run(batch, next);
    } catch (RuntimeException e) {
      if (runner.lacksMemory(e) && batch.tokens() > 1) {
        log.warn(
            "The device lacks memory for a step of {} tokens, which is run in parts: {}",
            batch.tokens(),
            e.getMessage());
        next.launched();
        return inParts(batch);
      }
      throw new EngineStepException(
          "a step of %d tokens for %d sequences failed"
              .formatted(batch.tokens(), batch.sequences().size()),
          e);
    }
  }

  private StepResult inParts(Batch batch) {
    List<SequenceStep> sequences = batch.sequences();
    if (sequences.size() == 1) {
      return inParts(sequences.getFirst());
    }
    int half = sequences.size() / 2;
    StepResult first = step(new Batch(sequences.subList(0, half)));
    StepResult second = step(new Batch(sequences.subList(half, sequences.size())));
    List<@Nullable SampledToken> tokens = new ArrayList<>(first.tokens());
    tokens.addAll(second.tokens());
    Map<Integer, SamplingException> failures = new HashMap<>(first.failures());
    second.failures().forEach((place, failure) -> failures.put(half + place, failure));
    return new StepResult(Collections.unmodifiableList(tokens), failures);
  }

  private StepResult inParts(SequenceStep step) {
    int half = step.count() / 2;
    SequenceStep first = step.head(half);
    SequenceStep second = step.tail(half);
    step(new Batch(List.of(first)));
    return step(new Batch(List.of(second)));
  }

  @Override
  public void close() {
    onClose.run();
  }
}
