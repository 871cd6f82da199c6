package io.chameleon.serving;

import io.chameleon.admission.AdapterSizes;
import io.chameleon.admission.AdmissionController;
import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.admission.RequestSizer;
import io.chameleon.admission.SizeClassifier;
import io.chameleon.admission.WaitingRules;
import io.chameleon.fixtures.FakeAdapterLeases;
import io.chameleon.fixtures.FakeEngine;
import io.chameleon.fixtures.FakeKvCells;
import io.chameleon.fixtures.ManualClock;
import io.chameleon.fixtures.Samplers;
import io.chameleon.metrics.MetricNames;
import io.chameleon.metrics.ServingMeters;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.Refusal;
import io.chameleon.request.TokenEvent;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.scheduling.PolicySettings;
import io.chameleon.scheduling.Scheduler;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.scheduling.SchedulingPolicy;
import io.chameleon.serving.QueuedInferenceService.StreamSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** The whole way from submit to stream over fakes, driven pass by pass on the test's thread. */
final class LoopFixture {

  static final int CONTEXT = 200;

  final ManualClock clock = new ManualClock();

  final FakeKvCells cells;

  final FakeAdapterLeases leases = new FakeAdapterLeases(3, clock);

  final FakeEngine engine;

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  final ServingMeters meters = new ServingMeters(registry, "base");

  final AdmissionController admission;

  final Inbox inbox;

  final Scheduler scheduler;

  final EngineLoop loop;

  final QueuedInferenceService service;

  EngineState state = EngineState.READY;

  LoopFixture(SchedulingLimits limits, int capacity, int queueCapacity, int maxUnreadTokens) {
    this(
        limits,
        capacity,
        queueCapacity,
        maxUnreadTokens,
        WaitingRules.NONE,
        PolicyKind.FIFO.create(PolicySettings.DEFAULT));
  }

  LoopFixture(
      SchedulingLimits limits,
      int capacity,
      int queueCapacity,
      int maxUnreadTokens,
      WaitingRules rules,
      SchedulingPolicy policy) {
    cells = new FakeKvCells(capacity);
    engine = new FakeEngine(cells);
    admission =
        new AdmissionController(
            queueCapacity,
            CONTEXT,
            new RequestSizer(
                OutputLengthPredictor.declaredUpTo(limits.growthCells()), AdapterSizes.none()),
            rules);
    admission.limitToArena(capacity);
    inbox = new Inbox(SizeClassifier.single().classes(), queueCapacity);
    scheduler = new Scheduler(limits, policy, cells, leases, Samplers::create, clock);
    EngineResources resources = new EngineResources(engine, cells, leases, cells);
    loop = new EngineLoop(inbox, scheduler, resources, admission, meters, clock);
    service =
        new QueuedInferenceService(
            admission,
            inbox,
            () -> state,
            new StreamSettings(
                maxUnreadTokens,
                Set.of(FakeEngine.EOS),
                Schedulers.immediate(),
                FinishedRequests.NONE),
            meters,
            clock);
  }

  /** A world of ordinary size. */
  static LoopFixture ordinary() {
    return new LoopFixture(new SchedulingLimits(32, 4, 16, 16), 512, 8, 100);
  }

  Flux<TokenEvent> submit(InferenceRequest request) {
    return service.submit(List.of(request)).getFirst();
  }

  Reader read(InferenceRequest request) {
    return Reader.of(request, submit(request));
  }

  void runToEnd() {
    while (step()) {}
  }

  boolean step() {
    boolean moreToDo = loop.step();
    scheduler.checkIntegrity();
    return moreToDo;
  }

  double rejected(Refusal cause) {
    return registry
        .get(MetricNames.REQUEST_REJECTED)
        .tag(MetricNames.REFUSAL_REASON, cause.wireName())
        .counter()
        .count();
  }

  double cancelled(String reason) {
    return registry.get(MetricNames.REQUEST_CANCELLED).tag("reason", reason).counter().count();
  }

  double count(String name) {
    return registry.get(name).counter().count();
  }
}
