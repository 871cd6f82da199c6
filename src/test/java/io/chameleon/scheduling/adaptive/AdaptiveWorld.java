package io.chameleon.scheduling.adaptive;

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
import io.chameleon.scheduling.Scheduler;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.scheduling.Sequence;
import io.chameleon.scheduling.SequenceEnding;
import io.chameleon.scheduling.SequenceOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The policy under a real scheduler, over fakes. A step takes 2 ms, 0.5 ms for each token of
 * prefill and 0.1 ms for each row of decode, and its end is checked.
 */
final class AdaptiveWorld {

  final ManualClock clock = new ManualClock();

  final FakeAdapterLeases leases = new FakeAdapterLeases(2, clock);

  final FakeKvCells cells;

  final FakeEngine engine;

  final AdaptivePolicy policy;

  final Scheduler scheduler;

  final Map<Sequence, Output> outputs = new LinkedHashMap<>();

  /** Those that have started in the last step for the first time. */
  final List<Sequence> startedLast = new ArrayList<>();

  private final List<Sequence> cancelled = new ArrayList<>();

  private final Set<Sequence> started = new HashSet<>();

  AdaptiveWorld(int capacity, AdaptivePolicyProperties properties) {
    cells = new FakeKvCells(capacity);
    engine = new FakeEngine(cells);
    policy = new AdaptivePolicy(properties);
    scheduler =
        new Scheduler(
            new SchedulingLimits(256, 32, 64, 8), policy, cells, leases, Samplers::create, clock);
  }

  /** One without an adapter that generates what is predicted. */
  Sequence enqueue(int prompt, int output) {
    return enqueue(null, new RequestSize(prompt, output), output);
  }

  /** The same with a priority. */
  Sequence enqueue(int priority, int prompt, int output) {
    var terms = new ServiceTerms(null, priority, null);
    return enqueue(Requests.request(prompt, output, terms), new RequestSize(prompt, output));
  }

  Sequence enqueue(@Nullable String adapter, RequestSize size, int maxTokens) {
    return enqueue(Requests.request(adapter, size.promptTokens(), maxTokens), size);
  }

  private Sequence enqueue(InferenceRequest request, RequestSize size) {
    var admitted = new AdmittedRequest(request, size, new SizeClass(0, "all"));
    var output = new Output();
    var sequence = new Sequence(admitted, Set.of(), output, clock.getAsLong());
    outputs.put(sequence, output);
    scheduler.enqueue(sequence);
    return sequence;
  }

  /** Asks for the end of a sequence. */
  void cancel(Sequence sequence) {
    sequence.cancel();
    cancelled.add(sequence);
  }

  /** Runs a step; false if there was nobody to run. */
  boolean step() {
    scheduler.endCancelled(cancelled);
    cancelled.clear();
    startedLast.clear();
    var batch = scheduler.schedule();
    batch.stream()
        .flatMap(step -> step.sequences().stream())
        .filter(started::add)
        .forEach(startedLast::add);
    batch.ifPresent(step -> {
      var result = engine.step(step.batch());
      int prefill = step.shape().tokens() - step.shape().decodeRows();
      clock.advance(
          Duration.ofNanos(2_000_000 + 500_000L * prefill + 100_000L * step.shape().decodeRows()));
      scheduler.complete(step, result);
    });
    scheduler.checkIntegrity();
    return batch.isPresent();
  }

  /** Runs until nobody is left; fails if that takes too long. */
  void runToEnd() {
    for (int steps = 0; !scheduler.isEmpty(); steps++) {
      boolean ran = step();
      if (steps > 10_000 || (!ran && scheduler.isStalled() && !scheduler.isEmpty())) {
        throw new IllegalStateException("%s after %d".formatted(scheduler.snapshot(), steps));
      }
    }
  }

  /** Keeps what it is given. */
  static final class Output implements SequenceOutput {
    final List<Integer> tokens = new ArrayList<>();
    final List<SequenceEnding> endings = new ArrayList<>();

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
