package io.chameleon.simulation;

import io.chameleon.admission.AdmissionDecision;
import io.chameleon.admission.AdmittedRequest;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.InvalidRequestException;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.scheduling.SchedulerSnapshot;
import io.chameleon.scheduling.Sequence;
import io.chameleon.simulation.RequestOutcome.Fate;
import io.chameleon.workload.TracedRequest;
import java.util.List;
import java.util.Set;

/**
 * One run: requests come at their times, the service's loop makes its passes, and time passes in
 * steps, in copies that are waited for, and where there is nothing to do. The same set-up gives the
 * same result.
 */
public final class Simulation {

  private static final long SAMPLE_NANOS = 1_000_000_000L;

  /** Passes that may follow each other without any time passing; more is an endless loop. */
  private static final int MOST_TIMELESS_PASSES = 100_000;

  private static final Set<Integer> END_TOKENS = Set.of(LengthSampler.END_TOKEN);

  private final SimulationSetup setup;

  private final List<TracedRequest> requests;

  private final SimulatedRequests asSeen;

  private final SimulatedService service;

  private final VirtualClock clock;

  private final RunLog log = new RunLog();

  private int arrived;

  private long nextSample;

  private Simulation(SimulationSetup setup) {
    this.setup = setup;
    this.requests = setup.workload().requests();
    this.asSeen = new SimulatedRequests(setup.workload());
    this.service = new SimulatedService(setup, asSeen);
    this.clock = service.clock;
  }

  /**
   * Makes a run.
   *
   * @throws IllegalStateException if the service failed by its own fault, or lost anything
   */
  public static SimulationResult run(SimulationSetup setup) {
    return new Simulation(setup).run();
  }

  private SimulationResult run() {
    awaitArrival();
    long lastTime = 0;
    int timelessPasses = 0;
    while (pass()) {
      timelessPasses = clock.getAsLong() == lastTime ? timelessPasses + 1 : 0;
      lastTime = clock.getAsLong();
      if (timelessPasses > MOST_TIMELESS_PASSES) {
        throw new IllegalStateException(
            "%d passes took no time, with %s".formatted(timelessPasses, service.loop.snapshot()));
      }
    }
    requireAllEnded();
    return log.result(service.engine.decodes(), totals());
  }

  /** Makes a pass, and lets time pass if there is nothing to do; false if nothing ever comes. */
  private boolean pass() {
    boolean moreToDo = service.loop.step();
    sample();
    return moreToDo || service.inbox.held() > 0 || jump();
  }

  /** Lets time pass to the next event, or until somebody has waited too long. */
  private boolean jump() {
    long next = service.loop.nextPassNanos();
    if (next != Long.MAX_VALUE) {
      clock.at(Math.max(clock.getAsLong(), next), () -> {});
    }
    return clock.jump();
  }

  private void awaitArrival() {
    if (arrived < requests.size()) {
      clock.at(RequestOutcome.arrivalNanos(requests.get(arrived)), this::arrive);
    }
  }

  private void arrive() {
    int number = arrived++;
    InferenceRequest request = asSeen.request(number);
    try {
      switch (service.admission.decide(List.of(request))) {
        case AdmissionDecision.Admitted(List<AdmittedRequest> admitted) ->
            enter(requests.get(number), admitted.getFirst());
        case AdmissionDecision.Rejected _ -> refuse(requests.get(number), Fate.REFUSED);
      }
    } catch (InvalidRequestException tooLong) {
      refuse(requests.get(number), Fate.TOO_LONG);
    }
    awaitArrival();
  }

  private void enter(TracedRequest request, AdmittedRequest admitted) {
    long now = clock.getAsLong();
    Runnable learn = () -> service.predictor.finished(admitted.request(), request.outputTokens());
    SimulatedReader reader =
        new SimulatedReader(
            request, setup.rank(request), admitted.sizeClass().index(), now, log, learn);
    service.inbox.offer(List.of(new Sequence(admitted, END_TOKENS, reader, now)));
  }

  private void refuse(TracedRequest request, Fate fate) {
    log.ended(new RequestOutcome(request, setup.rank(request), -1, fate, 0, 0, 0, 0, null));
  }

  private void sample() {
    if (clock.getAsLong() >= nextSample) {
      SchedulerSnapshot now = service.loop.snapshot();
      log.sample(
          new MemorySample(clock.getAsLong(), service.loop.arena(), now.running(), now.waiting()));
      nextSample = clock.getAsLong() + SAMPLE_NANOS;
    }
  }

  private void requireAllEnded() {
    RuntimeException failure = log.firstFailure();
    if (failure instanceof ServiceUnavailableException) {
      throw new IllegalStateException("the service failed by its own fault", failure);
    }
    service.requireIdle();
    if (log.ends() != requests.size()) {
      throw new IllegalStateException(
          "%d requests came and %d ended".formatted(requests.size(), log.ends()));
    }
  }

  private SimulationResult.Totals totals() {
    SchedulerSnapshot last = service.loop.snapshot();
    return new SimulationResult.Totals(
        log.lastEndNanos(),
        service.engine.busyNanos(),
        last.steps(),
        last.preemptions(),
        service.link.copies());
  }
}
