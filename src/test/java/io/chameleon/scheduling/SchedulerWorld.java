package io.chameleon.scheduling;

import io.chameleon.admission.AdmittedRequest;
import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.engine.SampledToken;
import io.chameleon.fixtures.FakeAdapterLeases;
import io.chameleon.fixtures.FakeEngine;
import io.chameleon.fixtures.FakeKvCells;
import io.chameleon.fixtures.ManualClock;
import io.chameleon.fixtures.Requests;
import io.chameleon.fixtures.Samplers;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.RequestTiming;
import io.chameleon.request.ServiceTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A policy under a real scheduler, over fakes; the end of every step is checked. */
public abstract class SchedulerWorld {

  private static final int MOST_STEPS = 10_000;

  public final ManualClock clock = new ManualClock();

  public final FakeAdapterLeases leases = new FakeAdapterLeases(2, clock);

  public final FakeKvCells cells;

  public final FakeEngine engine;

  public final Scheduler scheduler;

  public final Map<Sequence, Output> outputs = new LinkedHashMap<>();

  private final List<Sequence> cancelled = new ArrayList<>();

  /** A world of so many cells. */
  protected SchedulerWorld(int capacity, SchedulingPolicy policy) {
    cells = new FakeKvCells(capacity);
    engine = new FakeEngine(cells);
    scheduler =
        new Scheduler(
            new SchedulingLimits(256, 32, 64, 8), policy, cells, leases, Samplers::create, clock);
  }

  /** What a step takes. */
  protected abstract Duration stepTime(BatchShape shape);

  /** A step was put together, or an empty list of those in it if there was nobody to run. */
  protected void scheduled(List<Sequence> sequences) {}

  /** Looks whether all sums hold. */
  public void check() {
    scheduler.checkIntegrity();
  }

  /** One without an adapter that generates what is predicted. */
  public Sequence enqueue(int prompt, int output) {
    return enqueue(null, new RequestSize(prompt, output), output);
  }

  /** The same with a priority. */
  public Sequence enqueue(int priority, int prompt, int output) {
    var terms = new ServiceTerms(null, priority, null);
    return enqueue(null, new RequestSize(prompt, output), output, terms);
  }

  public Sequence enqueue(@Nullable String adapter, RequestSize size, int maxTokens) {
    return enqueue(adapter, size, maxTokens, ServiceTerms.DEFAULT);
  }

  public Sequence enqueue(
      @Nullable String adapter, RequestSize size, int maxTokens, ServiceTerms terms) {
    var request =
        new InferenceRequest(
            "request-" + outputs.size(),
            adapter,
            Requests.prompt(size.promptTokens(), 1),
            maxTokens,
            Requests.sampling(0, true, Set.of()),
            terms);
    var admitted = new AdmittedRequest(request, size, new SizeClass(0, "all"));
    var output = new Output();
    var sequence = new Sequence(admitted, Set.of(), output, clock.getAsLong());
    outputs.put(sequence, output);
    scheduler.enqueue(sequence);
    return sequence;
  }

  /** Asks for the end of a sequence. */
  public void cancel(Sequence sequence) {
    sequence.cancel();
    cancelled.add(sequence);
  }

  /** Runs a step; false if there was nobody to run. */
  public boolean step() {
    scheduler.endCancelled(cancelled);
    cancelled.clear();
    var batch = scheduler.schedule();
    scheduled(batch.map(ScheduledBatch::sequences).orElse(List.of()));
    batch.ifPresent(step -> {
      var result = engine.step(step.batch());
      clock.advance(stepTime(step.shape()));
      scheduler.complete(step, result);
    });
    check();
    return batch.isPresent();
  }

  /** Runs until nobody is left; fails if that takes too long. */
  public void runToEnd() {
    for (int steps = 0; !scheduler.isEmpty(); steps++) {
      boolean ran = step();
      if (steps > MOST_STEPS || (!ran && scheduler.isStalled() && !scheduler.isEmpty())) {
        throw new IllegalStateException("%s after %d".formatted(scheduler.snapshot(), steps));
      }
    }
  }

  /** Keeps what it is given. */
  public static final class Output implements SequenceOutput {
    public final List<Integer> tokens = new ArrayList<>();
    public final List<SequenceEnding> endings = new ArrayList<>();

    @Override
    public boolean token(SampledToken token, @Nullable RequestTiming timing, long nowNanos) {
      tokens.add(token.token());
      return true;
    }

    @Override
    public void ended(SequenceEnding ending, long nowNanos) {
      endings.add(ending);
    }
  }
}
