package io.chameleon.scheduling;

import io.chameleon.engine.NextStep;
import java.util.function.BooleanSupplier;

/**
 * What the scheduler knows of the step after one that runs: all who decode go on, unless they reach
 * the most tokens that they may have, somebody waits, or something has come.
 *
 * @param step the one that runs
 * @param roster all sequences
 * @param isQuiet whether nothing has come since it was formed
 */
record StepOutlook(ScheduledBatch step, SequenceRoster roster, BooleanSupplier isQuiet)
    implements NextStep {

  @Override
  public boolean isLast(int place) {
    Sequence sequence = step.sequences().get(place);
    return sequence.isCancelled()
        || sequence.generatedTokens() + 1 >= sequence.request().maxTokens();
  }

  @Override
  public boolean isDecode() {
    return roster.waiting().isEmpty()
        && roster.running().size() == step.sequences().size()
        && isQuiet.getAsBoolean();
  }
}
