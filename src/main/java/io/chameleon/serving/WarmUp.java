package io.chameleon.serving;

import io.chameleon.admission.AdmittedRequest;
import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.engine.SampledToken;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.RequestTiming;
import io.chameleon.request.SamplingParams;
import io.chameleon.scheduling.ScheduledBatch;
import io.chameleon.scheduling.Scheduler;
import io.chameleon.scheduling.Sequence;
import io.chameleon.scheduling.SequenceEnding;
import io.chameleon.scheduling.SequenceOutput;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sequence that nobody asked for, run before the first request: it pays for what an engine does
 * once, and shows that a step works at all. It counts in no meter.
 */
final class WarmUp implements SequenceOutput {

  private static final int PROMPT_TOKENS = 48;

  private static final int OUTPUT_TOKENS = 8;

  private @Nullable RuntimeException failure;

  private WarmUp() {}

  /**
   * Runs it.
   *
   * @param scheduler empty, before and after
   * @param longestSequence most tokens that a sequence may have, at least 2
   * @throws RuntimeException if a step failed
   */
  static void run(Scheduler scheduler, InferenceEngine engine, int longestSequence) {
    WarmUp output = new WarmUp();
    int generate = Math.min(OUTPUT_TOKENS, longestSequence / 2);
    int prompt = Math.min(PROMPT_TOKENS, longestSequence - generate);
    InferenceRequest request =
        new InferenceRequest("warm-up", null, new int[prompt], generate, SamplingParams.greedy());
    AdmittedRequest admitted =
        new AdmittedRequest(
            request, new RequestSize(prompt, generate), new SizeClass(0, "warm-up"));
    scheduler.enqueue(new Sequence(admitted, Set.of(), output, 0));
    try {
      while (!scheduler.isEmpty()) {
        ScheduledBatch batch = scheduler.schedule().orElseThrow(output::failure);
        scheduler.complete(batch, engine.step(batch.batch()));
      }
    } catch (RuntimeException fault) {
      scheduler.failAll(fault);
      throw fault;
    }
  }

  @Override
  public boolean token(SampledToken token, @Nullable RequestTiming timing, long nowNanos) {
    return true;
  }

  @Override
  public void ended(SequenceEnding ending, long nowNanos) {
    if (ending instanceof SequenceEnding.Failed(RuntimeException cause)) {
      failure = cause;
    }
  }

  private RuntimeException failure() {
    return new IllegalStateException("the warm-up could not be run", failure);
  }
}
