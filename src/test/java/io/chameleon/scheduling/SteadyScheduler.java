package io.chameleon.scheduling;

import io.chameleon.admission.AdmittedRequest;
import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.sampling.TokenSampler;
import io.chameleon.fixtures.FakeAdapterLeases;
import io.chameleon.fixtures.FakeKvCells;
import io.chameleon.fixtures.ManualClock;
import io.chameleon.fixtures.Requests;
import io.chameleon.fixtures.Samplers;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.RequestTiming;
import io.chameleon.request.ServiceTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler under steady load: 1,000 run, 10,000 wait, and whoever ends is followed by one that
 * comes. The engine answers at once.
 */
final class SteadyScheduler {

  private static final int RUNNING = 1_000;

  private static final int WAITING = 10_000;

  private static final int PROMPT = 8;

  private static final int MEAN_OUTPUT = 100;

  private static final int ADAPTERS = 100;

  private static final Duration STEP = Duration.ofMillis(30);

  private static final SizeClass ALL = new SizeClass(0, "all");

  private static final SampledToken TOKEN = new SampledToken(7, 0, List.of());

  private final ManualClock clock = new ManualClock();

  private final Scheduler scheduler;

  /** Used in turn, so that making requests is not measured; more than are ever there at once. */
  private final AdmittedRequest[] requests = new AdmittedRequest[2 * (RUNNING + WAITING)];

  /** The last that came; some have ended. */
  private final Sequence[] arrived = new Sequence[2 * (RUNNING + WAITING)];

  private final List<Sequence> cancelled = new ArrayList<>();

  /** Takes what is generated nowhere, and counts who is there. */
  private final SequenceOutput output =
      new SequenceOutput() {
        @Override
        public boolean token(SampledToken token, @Nullable RequestTiming timing, long nowNanos) {
          return true;
        }

        @Override
        public void ended(SequenceEnding ending, long nowNanos) {
          there--;
        }
      };

  private int next;

  private int there;

  /**
   * A scheduler that is full.
   *
   * @param clients whose requests they are
   */
  SteadyScheduler(SchedulingPolicy policy, int clients) {
    Random random = new Random(20261125);
    for (int i = 0; i < requests.length; i++) {
      requests[i] = request("request-" + i, random, clients);
    }
    TokenSampler sampler = Samplers.create(requests[0].request(), Set.of());
    FakeKvCells cells = new FakeKvCells(4 * RUNNING * (PROMPT + MEAN_OUTPUT));
    // A step has room for the whole prompts of all, so every row of every step samples.
    scheduler =
        new Scheduler(
            new SchedulingLimits(PROMPT * RUNNING, RUNNING, PROMPT, 2 * MEAN_OUTPUT),
            policy,
            cells,
            new FakeAdapterLeases(ADAPTERS, clock),
            (request, endTokens) -> sampler,
            clock);
    // As many steps as the longest output takes, ten times over.
    for (int step = 0; step < 20 * MEAN_OUTPUT; step++) {
      pass();
    }
    SchedulerSnapshot now = scheduler.snapshot();
    if (now.running() < RUNNING * 8 / 10 || now.preemptions() > 0) {
      throw new IllegalStateException("this is not a steady load: " + now);
    }
  }

  /** Two that were cancelled are handed over and end: one that runs and one that waits. */
  void endCancelled() {
    cancelled.clear();
    cancelled.add(arrived[Math.floorMod(next - RUNNING - WAITING / 2, arrived.length)]);
    cancelled.add(arrived[Math.floorMod(next - WAITING / 2, arrived.length)]);
    cancelled.forEach(Sequence::cancel);
    scheduler.endCancelled(cancelled);
  }

  /** One pass; how many took part. */
  int pass() {
    while (there < RUNNING + WAITING) {
      there++;
      AdmittedRequest request = requests[next % requests.length];
      Sequence sequence = new Sequence(request, Set.of(), output, clock.getAsLong());
      arrived[next % arrived.length] = sequence;
      next++;
      scheduler.enqueue(sequence);
    }
    ScheduledBatch batch = scheduler.schedule().orElseThrow();
    int rows = batch.sequences().size();
    clock.advance(STEP);
    scheduler.complete(batch, new StepResult(Collections.nCopies(rows, TOKEN)));
    return rows;
  }

  private static AdmittedRequest request(String id, Random random, int clients) {
    int output = 1 + random.nextInt(2 * MEAN_OUTPUT);
    InferenceRequest request =
        new InferenceRequest(
            id,
            "adapter-" + random.nextInt(ADAPTERS),
            Requests.prompt(PROMPT, 1),
            output,
            Requests.sampling(0, true, Set.of()),
            new ServiceTerms(null, 0, "client-" + random.nextInt(clients)));
    return new AdmittedRequest(request, new RequestSize(PROMPT, output, 8, 16), ALL);
  }
}
