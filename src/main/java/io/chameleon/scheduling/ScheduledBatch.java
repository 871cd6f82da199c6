package io.chameleon.scheduling;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import java.util.List;

/**
 * Who runs in the next step, and what the engine is told of it.
 *
 * @param sequences in the order of the batch
 * @param shape how many rows of which kind
 */
public record ScheduledBatch(Batch batch, List<Sequence> sequences, BatchShape shape) {

  /** Whether the engine answered what it was asked: a token for each sequence that samples. */
  void requireAnswers(StepResult result) {
    List<SequenceStep> steps = batch.sequences();
    if (result.tokens().size() != steps.size()) {
      throw new IllegalStateException(
          "the engine answered %d of %d sequences".formatted(result.tokens().size(), steps.size()));
    }
    for (int i = 0; i < steps.size(); i++) {
      boolean answered = result.tokens().get(i) != null || result.failures().containsKey(i);
      if (answered != (steps.get(i).sampler() != null)) {
        throw new IllegalStateException(
            "the engine sampled where it was not asked to, or did not, for sequence %s"
                .formatted(sequences.get(i).request().id()));
      }
    }
  }
}
