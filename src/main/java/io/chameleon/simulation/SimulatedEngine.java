package io.chameleon.simulation;

import io.chameleon.engine.Batch;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.sampling.TokenSampler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An engine whose steps take what a cost model says, and sample without logits. */
final class SimulatedEngine implements InferenceEngine {

  private static final float[] NO_LOGITS = {};

  private final VirtualClock clock;

  private final StepCost cost;

  private final SimulatedLink link;

  private final BatchLoad load = new BatchLoad();

  private final LongLog decodes = new LongLog();

  private long busyNanos;

  SimulatedEngine(VirtualClock clock, StepCost cost, SimulatedLink link) {
    this.clock = clock;
    this.cost = cost;
    this.link = link;
  }

  @Override
  public StepResult step(Batch batch) {
    StepLoad asked = load.of(batch);
    long nanos = cost.nanos(asked);
    if (asked.hasDecode()) {
      decodes.add(cost.decodeNanos(asked));
    }
    long all = nanos + link.hindrance(nanos);
    busyNanos += all;
    clock.advance(all);
    return new StepResult(sample(batch.sequences()));
  }

  /** Time that all steps so far have taken. */
  long busyNanos() {
    return busyNanos;
  }

  /** What the decode part of each step so far has taken. */
  Distribution decodes() {
    return Distribution.of(decodes.toArray());
  }

  private static List<@Nullable SampledToken> sample(List<SequenceStep> steps) {
    List<@Nullable SampledToken> tokens = new ArrayList<>(steps.size());
    for (int i = 0; i < steps.size(); i++) {
      TokenSampler sampler = steps.get(i).sampler();
      tokens.add(sampler == null ? null : sampler.next(NO_LOGITS, 0, 0));
    }
    return tokens;
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
