package io.chameleon.scheduling;

import java.util.Iterator;

/**
 * S-LoRA as published (MLSys'24; its repository): first come, first served; it looks at the queue
 * every so many steps, or when nothing runs, and starts the requests at its head as long as all
 * that run could use up what they declare. Between two looks it loads adapters that the next one is
 * likely to want. Its habits of loading are the pool's: {@link SloraProperties} says which.
 */
final class SloraPolicy extends ArrivalOrder {

  private final SloraProperties properties;

  private final WorstCaseFit fit = new WorstCaseFit();

  /** Steps that decode; a prefill between them does not count. */
  private int stepsSinceLook;

  SloraPolicy(SloraProperties properties) {
    this.properties = properties;
  }

  @Override
  public void admit(BatchAdmission batch) {
    if (batch.running().isEmpty() || stepsSinceLook >= properties.admissionPeriod()) {
      stepsSinceLook = 0;
      startFirst(batch);
    } else if (properties.prefetchSteps().contains(stepsSinceLook)) {
      prefetch(mostPrompt(batch));
    }
  }

  @Override
  public void stepped(ScheduledBatch step, long nanos) {
    if (step.shape().decodeRows() > 0) {
      stepsSinceLook++;
    }
  }

  private void startFirst(BatchAdmission batch) {
    fit.reset(batch.capacityCells(), batch.running());
    int promptLeft = mostPrompt(batch);
    for (Iterator<Sequence> next = queue.iterator(); next.hasNext() && batch.hasPlace(); ) {
      Sequence sequence = next.next();
      // Where nothing runs, what does not fit now will never fit; the scheduler refuses it.
      boolean first = batch.running().isEmpty();
      boolean fits = !properties.worstCaseFit() || fit.tryAdd(sequence);
      if (!first && (!fits || sequence.tokenCount() > promptLeft)) {
        return;
      }
      StartOutcome outcome = batch.start(sequence);
      if (outcome.hasLeft()) {
        next.remove();
      }
      if (outcome == StartOutcome.STARTED) {
        promptLeft -= sequence.tokenCount();
      }
      // One that runs without passing the test is not in its sums.
      if (outcome == StartOutcome.NO_ROOM || (outcome == StartOutcome.STARTED && !fits)) {
        return;
      }
    }
  }

  private void prefetch(int mostPrompt) {
    int promptLeft = mostPrompt;
    for (Iterator<Sequence> next = queue.iterator(); next.hasNext() && promptLeft > 0; ) {
      Sequence sequence = next.next();
      promptLeft -= sequence.tokenCount();
      sequence.prefetchAdapter();
    }
  }

  private int mostPrompt(BatchAdmission batch) {
    return Math.ceilDiv(batch.capacityCells(), properties.promptShare());
  }
}
