package io.chameleon.simulation;

import io.chameleon.adapter.eviction.EvictionLog;
import io.chameleon.adapter.eviction.RequestTrace;
import io.chameleon.adapter.host.HostLoader;
import io.chameleon.adapter.host.HostTier;
import io.chameleon.adapter.pool.AdapterPool;
import io.chameleon.adapter.pool.EvictingKvCells;
import io.chameleon.adapter.pool.PoolDevice;
import io.chameleon.adapter.pool.PoolReports;
import io.chameleon.adapter.pool.PoolSupply;
import io.chameleon.admission.AdmissionController;
import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.admission.RequestSizer;
import io.chameleon.admission.SizeClassifier;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellSpace;
import io.chameleon.metrics.PoolMeters;
import io.chameleon.metrics.ServingMeters;
import io.chameleon.scheduling.SamplerFactory;
import io.chameleon.scheduling.Scheduler;
import io.chameleon.serving.EngineLoop;
import io.chameleon.serving.EngineResources;
import io.chameleon.serving.Inbox;

/** The service's own parts over a simulated engine and device, put together once for a run. */
final class SimulatedService {

  private static final int FEW = 1;

  final VirtualClock clock = new VirtualClock();

  final SimulatedLink link;

  final SimulatedEngine engine;

  final AdapterPool pool;

  final AdmissionController admission;

  final OutputLengthPredictor predictor;

  final Inbox inbox;

  final Scheduler scheduler;

  final EngineLoop loop;

  SimulatedService(SimulationSetup setup, SimulatedRequests requests) {
    SimulationProfile profile = setup.profile();
    ServiceSettings settings = setup.settings();
    link = new SimulatedLink(clock, profile.link());
    engine = new SimulatedEngine(clock, profile.stepCost(), link);
    SimulatedDevice device = device(profile);
    CellSpace space = new CellSpace(new Arena(profile.cells()), device);
    SimulatedAdapters adapters = new SimulatedAdapters(profile.model(), setup.adapters());
    pool = pool(settings, adapters, new PoolDevice(profile.model().config(), space, device));
    EvictingKvCells cells = new EvictingKvCells(space, pool, device);
    predictor = settings.predictor().create(requests::outputTokens, requests.outputLengths());
    admission = admission(setup, new RequestSizer(predictor, adapters));
    admission.limitToArena(cells.capacity());
    inbox = new Inbox(SizeClassifier.single().classes(), settings.queueCapacity());
    scheduler =
        new Scheduler(
            settings.limits(),
            settings.policy().create(settings.policies()),
            cells,
            pool,
            samplers(requests),
            clock);
    EngineResources resources = new EngineResources(engine, cells, pool, pool);
    loop =
        new EngineLoop(inbox, scheduler, resources, admission, ServingMeters.unregistered(), clock);
  }

  private SimulatedDevice device(SimulationProfile of) {
    return of.model().inPlace()
        ? new SimulatedDevice(clock, link, of.model(), of.copyBytesPerSecond())
        : new SimulatedWindows(clock, link, of.model(), of.copyBytesPerSecond());
  }

  private static AdmissionController admission(SimulationSetup setup, RequestSizer sizer) {
    return new AdmissionController(
        setup.settings().queueCapacity(),
        setup.profile().model().config().contextLength(),
        sizer,
        setup.settings().waiting());
  }

  private static SamplerFactory samplers(SimulatedRequests requests) {
    return (request, endTokens) ->
        new LengthSampler(requests.outputTokens(request), request.maxTokens());
  }

  private AdapterPool pool(
      ServiceSettings settings, SimulatedAdapters adapters, PoolDevice device) {
    PoolMeters meters = PoolMeters.unregistered();
    HostTier host = warmHost(adapters, meters);
    return new AdapterPool(
        device,
        new PoolSupply(() -> adapters, host, settings.prefetch(), settings.habits(), () -> {}),
        settings.eviction().create(settings.evictionParameters()),
        new PoolReports(new EvictionLog(FEW), new RequestTrace(FEW), meters),
        clock);
  }

  /** Host memory holds every adapter from the start, as in the Chameleon paper. */
  private HostTier warmHost(SimulatedAdapters adapters, PoolMeters meters) {
    HostLoader loader = new HostLoader(adapters, adapters, meters, clock);
    long bytes = adapters.versions().stream().mapToLong(v -> v.shape().packedBytes()).sum();
    HostTier host = new HostTier(loader, Runnable::run, bytes);
    adapters.versions().forEach(version -> host.claim(version, () -> {}).close());
    if (host.cachedBytes() != bytes) {
      throw new IllegalStateException(
          "host memory holds %d bytes of adapters, of %d".formatted(host.cachedBytes(), bytes));
    }
    return host;
  }

  /**
   * Looks whether all that was lent has come back.
   *
   * @throws IllegalStateException naming what has not
   */
  void requireIdle() {
    scheduler.checkIntegrity();
    pool.checkIntegrity();
    if (!scheduler.isEmpty() || admission.waiting() > 0 || pool.snapshot().kv() > 0) {
      throw new IllegalStateException(
          "the run is over, and %s, %d places in the queue, %s are left"
              .formatted(scheduler.snapshot(), admission.waiting(), pool.snapshot()));
    }
  }
}
