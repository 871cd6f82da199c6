package io.chameleon.scheduling;

import io.chameleon.admission.AdmittedRequest;
import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.admission.WaitLimit;
import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.fixtures.FakeAdapterLeases;
import io.chameleon.fixtures.FakeEngine;
import io.chameleon.fixtures.FakeKvCells;
import io.chameleon.fixtures.ManualClock;
import io.chameleon.fixtures.Samplers;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.TokenEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A scheduler over fakes; every step takes 10 ms and is followed by the integrity check. */
final class SchedulerFixture {

  static final Duration STEP = Duration.ofMillis(10);

  final ManualClock clock = new ManualClock();

  final FakeKvCells cells;

  final FakeAdapterLeases leases = new FakeAdapterLeases(2, clock);

  final FakeEngine engine;

  final Scheduler scheduler;

  private final SchedulingLimits limits;

  private final Map<Sequence, RecordingOutput> outputs = new HashMap<>();

  SchedulerFixture(SchedulingLimits limits, int capacity) {
    this(limits, capacity, Samplers::create);
  }

  SchedulerFixture(SchedulingLimits limits, int capacity, SamplerFactory samplers) {
    this(limits, capacity, PolicyKind.FIFO.create(PolicySettings.DEFAULT), samplers);
  }

  SchedulerFixture(SchedulingLimits limits, int capacity, SchedulingPolicy policy) {
    this(limits, capacity, policy, Samplers::create);
  }

  private SchedulerFixture(
      SchedulingLimits limits, int capacity, SchedulingPolicy policy, SamplerFactory samplers) {
    this.limits = limits;
    this.cells = new FakeKvCells(capacity);
    this.engine = new FakeEngine(cells);
    this.scheduler = new Scheduler(limits, policy, cells, leases, samplers, clock);
  }

  Sequence enqueue(InferenceRequest request) {
    int predicted = Math.min(request.maxTokens(), limits.growthCells());
    return enqueue(request, new RequestSize(request.promptTokens().length, predicted));
  }

  Sequence enqueue(InferenceRequest request, RequestSize size) {
    return enqueue(request, size, WaitLimit.NONE);
  }

  Sequence enqueue(InferenceRequest request, RequestSize size, WaitLimit limit) {
    RecordingOutput output = new RecordingOutput();
    AdmittedRequest admitted =
        new AdmittedRequest(request, size, new SizeClass(0, "all"), limit, 0);
    Sequence sequence = new Sequence(admitted, Set.of(FakeEngine.EOS), output, clock.getAsLong());
    outputs.put(sequence, output);
    scheduler.enqueue(sequence);
    return sequence;
  }

  /** Runs a step; false if there was nobody to run. */
  boolean step() {
    Optional<ScheduledBatch> batch = scheduler.schedule();
    batch.ifPresent(scheduled -> {
      var result = engine.step(scheduled.batch());
      clock.advance(STEP);
      scheduler.complete(scheduled, result);
    });
    scheduler.checkIntegrity();
    return batch.isPresent();
  }

  void runToEnd() {
    while (!scheduler.isEmpty()) {
      if (!step() && scheduler.isStalled() && !scheduler.isEmpty()) {
        throw new IllegalStateException("all who wait, wait for loads");
      }
    }
  }

  RecordingOutput output(Sequence sequence) {
    return outputs.get(sequence);
  }

  /** Tokens fed to each sequence of the last batch. */
  List<Integer> lastCounts() {
    Batch batch = engine.lastBatch();
    return batch.sequences().stream().map(SequenceStep::count).toList();
  }

  TokenEvent.Finished finished(Sequence sequence) {
    return switch (output(sequence).ending()) {
      case SequenceEnding.Complete(TokenEvent.Finished finished) -> finished;
      case SequenceEnding.Failed(RuntimeException cause) -> throw cause;
      case SequenceEnding.Cancelled() -> throw new AssertionError("cancelled");
    };
  }

  RuntimeException failure(Sequence sequence) {
    return switch (output(sequence).ending()) {
      case SequenceEnding.Failed(RuntimeException cause) -> cause;
      case SequenceEnding.Complete complete -> throw new AssertionError(complete);
      case SequenceEnding.Cancelled cancelled -> throw new AssertionError(cancelled);
    };
  }
}
