package io.chameleon.scheduling.chameleon;

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
import io.chameleon.scheduling.FairnessProperties;
import io.chameleon.scheduling.Scheduler;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.scheduling.Sequence;
import io.chameleon.scheduling.SequenceEnding;
import io.chameleon.scheduling.SequenceOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** The policy under a real scheduler, over fakes; every step takes 10 ms and is checked. */
final class PolicyWorld {

  static final Duration STEP = Duration.ofMillis(10);

  final ManualClock clock = new ManualClock();

  final FakeAdapterLeases leases = new FakeAdapterLeases(2, clock);

  final FakeKvCells cells;

  final FakeEngine engine;

  final ChameleonPolicy policy;

  final QuotaBound bound;

  final Scheduler scheduler;

  final Map<Sequence, Output> outputs = new LinkedHashMap<>();

  private final List<Sequence> cancelled = new ArrayList<>();

  /** A world of so many cells, with some properties of the policy set. */
  PolicyWorld(int capacity, Map<String, Object> properties) {
    cells = new FakeKvCells(capacity);
    engine = new FakeEngine(cells);
    policy = new ChameleonPolicy(bind(properties), FairnessProperties.DEFAULT);
    bound = new QuotaBound(policy);
    scheduler =
        new Scheduler(
            new SchedulingLimits(256, 32, 64, 8), bound, cells, leases, Samplers::create, clock);
  }

  private static ChameleonPolicyProperties bind(Map<String, Object> properties) {
    Map<String, Object> named = new HashMap<>();
    properties.forEach((key, value) -> named.put("chameleon.scheduling.chameleon." + key, value));
    return new Binder(new MapConfigurationPropertySource(named))
        .bindOrCreate("chameleon.scheduling.chameleon", ChameleonPolicyProperties.class);
  }

  /** One without an adapter that generates what is predicted. */
  Sequence enqueue(int prompt, int output) {
    return enqueue(null, new RequestSize(prompt, output), output);
  }

  Sequence enqueue(@Nullable String adapter, RequestSize size, int maxTokens) {
    return enqueue(adapter, size, maxTokens, ServiceTerms.DEFAULT);
  }

  Sequence enqueue(@Nullable String adapter, RequestSize size, int maxTokens, ServiceTerms terms) {
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

  void cancel(Sequence sequence) {
    sequence.cancel();
    cancelled.add(sequence);
  }

  /** Runs a step; false if there was nobody to run. */
  boolean step() {
    scheduler.endCancelled(cancelled);
    cancelled.clear();
    var batch = scheduler.schedule();
    batch.ifPresent(step -> {
      var result = engine.step(step.batch());
      clock.advance(STEP);
      scheduler.complete(step, result);
    });
    check();
    return batch.isPresent();
  }

  void check() {
    scheduler.checkIntegrity();
    policy.checkIntegrity(scheduler.snapshot().running());
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

  boolean runs(Sequence sequence) {
    return sequence.heldCells() > 0;
  }

  List<Integer> tokens(Sequence sequence) {
    return outputs.get(sequence).tokens;
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
