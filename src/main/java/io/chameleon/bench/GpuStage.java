package io.chameleon.bench;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.eviction.EvictionLog;
import io.chameleon.adapter.eviction.EvictionParameters;
import io.chameleon.adapter.eviction.RequestTrace;
import io.chameleon.adapter.host.HostBlock;
import io.chameleon.adapter.host.HostLoader;
import io.chameleon.adapter.host.HostTier;
import io.chameleon.adapter.pool.AdapterPool;
import io.chameleon.adapter.pool.EvictingKvCells;
import io.chameleon.adapter.pool.LoadHabits;
import io.chameleon.adapter.pool.PoolDevice;
import io.chameleon.adapter.pool.PoolReports;
import io.chameleon.adapter.pool.PoolSupply;
import io.chameleon.adapter.pool.PrefetchProperties;
import io.chameleon.engine.Batch;
import io.chameleon.engine.NextStep;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.cuda.GpuCompute;
import io.chameleon.engine.cuda.GpuDevice;
import io.chameleon.engine.cuda.GpuEngine;
import io.chameleon.engine.cuda.GpuOptions;
import io.chameleon.engine.sampling.SequenceSampler;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellSpace;
import io.chameleon.memory.OwnedCells;
import io.chameleon.metrics.PoolMeters;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ModelConfig;
import io.chameleon.request.SamplingParams;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A random model and random adapters on a GPU, with the arena, pool and engine of the service. For
 * the thread that made it.
 */
final class GpuStage implements AutoCloseable {

  private static final long SEED = 20261130;

  private static final long POLL_NANOS = 20_000;

  private static final long HOST_BYTES = 64L << 30;

  private final ModelConfig config;

  private final GpuAdapters adapters;

  private final HostTier host;

  private final CellSpace space;

  private final AdapterPool pool;

  private final EvictingKvCells cells;

  private final GpuDevice device;

  private final GpuEngine engine;

  private final HostBlock.Allocator memory;

  private final DeviceModel model;

  private final Random random = new Random(SEED);

  /** Loads a model of this shape; the arena takes so many bytes at most. */
  GpuStage(ModelConfig config, GpuOptions options, long arenaBytes) {
    this.config = config;
    this.model = new DeviceModel(config, options.numbers(), true);
    this.memory = GpuCompute.require(options, System::nanoTime).hostMemory();
    this.adapters = new GpuAdapters(model, memory, SEED);
    this.device = GpuDevice.random(config, options, arenaBytes, System::nanoTime);
    this.space = new CellSpace(new Arena(device.cells()), device.arena());
    PoolMeters meters = new PoolMeters(new SimpleMeterRegistry(), "random");
    HostLoader loader = new HostLoader(adapters, adapters, meters, System::nanoTime);
    this.host = new HostTier(loader, Runnable::run, HOST_BYTES);
    this.pool =
        new AdapterPool(
            new PoolDevice(config, space, device.arena()),
            new PoolSupply(
                () -> adapters, host, PrefetchProperties.byQueue(), LoadHabits.NONE, () -> {}),
            EvictionKind.LRU.create(EvictionParameters.DEFAULT),
            new PoolReports(new EvictionLog(1), new RequestTrace(1), meters),
            System::nanoTime);
    this.cells = new EvictingKvCells(space, pool, device.arena());
    this.engine = device.engine(pool::window);
  }

  /** Whether steps are batch-invariant from now on. */
  void setBatchInvariant(boolean on) {
    engine.setBatchInvariant(on);
  }

  ModelConfig config() {
    return config;
  }

  long weightBytes() {
    return device.weightBytes();
  }

  long cellBytes() {
    return model.cellBytes();
  }

  long adapterBytes(int rank) {
    return adapters.bytes(rank);
  }

  /**
   * Sequences that run, each with its cells and its adapter; closed when they end. Those that are
   * fed one token at a time decode: each step goes on where the one before it ended. Others feed
   * the same prompt again.
   */
  final class Rows implements AutoCloseable, NextStep {

    private final List<OwnedCells> runs = new ArrayList<>();

    private final List<@Nullable AdapterLease> leases = new ArrayList<>();

    private final List<SequenceSampler> samplers = new ArrayList<>();

    private final int[][] tokens;

    private final int room;

    private int context;

    /**
     * Takes cells.
     *
     * @param ranks of each row's own adapter; 0 for a row of the base model
     * @param context tokens that each has in its KV
     * @param fed tokens that a step feeds it
     * @param steps how many steps there will be at most
     */
    Rows(int[] ranks, int context, int fed, int steps) {
      this.context = context;
      this.tokens = new int[ranks.length][];
      this.room = context + (fed == 1 ? steps : fed);
      for (int i = 0; i < ranks.length; i++) {
        tokens[i] = random.ints(fed, 1, config.vocabularySize()).toArray();
        leases.add(ranks[i] == 0 ? null : lease(adapters.add(ranks[i])));
        samplers.add(new SequenceSampler(greedy()));
      }
      for (int i = 0; i < ranks.length; i++) {
        runs.add(cells.allocate(room).orElseThrow());
      }
    }

    /** A prompt with an adapter that is lent already. */
    private Rows(AdapterLease lease, int prompt) {
      this(new int[1], 0, prompt, 1);
      leases.set(0, lease);
    }

    private boolean decodes() {
      return tokens[0].length == 1;
    }

    /** Runs a step of all of them. */
    void step() {
      pool.beforeStep();
      StepResult result = engine.step(batch(), this);
      if (!result.failures().isEmpty()) {
        throw new IllegalStateException("a row of the step gave no token");
      }
      if (decodes()) {
        context++;
        for (int i = 0; i < tokens.length; i++) {
          tokens[i][0] = Objects.requireNonNull(result.tokens().get(i)).token();
        }
      }
    }

    /** Milliseconds of each part of a step, the medians of some, kernel by kernel. */
    Map<String, Double> parts(int times) {
      pool.beforeStep();
      Map<String, List<Double>> all = new LinkedHashMap<>();
      for (int i = 0; i < times; i++) {
        engine
            .parts(batch())
            .forEach(
                (part, millis) -> all.computeIfAbsent(part, name -> new ArrayList<>()).add(millis));
      }
      Map<String, Double> medians = new LinkedHashMap<>();
      all.forEach((part, millis) -> {
        millis.sort(null);
        medians.put(part, millis.get(millis.size() / 2));
      });
      return medians;
    }

    private Batch batch() {
      List<SequenceStep> steps = new ArrayList<>(runs.size());
      for (int i = 0; i < runs.size(); i++) {
        AdapterLease lease = leases.get(i);
        steps.add(
            new SequenceStep(
                tokens[i],
                0,
                tokens[i].length,
                context,
                runs.get(i).run(),
                lease == null ? null : lease.adapter(),
                samplers.get(i)));
      }
      return new Batch(steps);
    }

    @Override
    public boolean isLast(int place) {
      return context + 2 > room;
    }

    @Override
    public boolean isDecode() {
      return decodes();
    }

    @Override
    public void close() {
      runs.forEach(cells::release);
      for (AdapterLease lease : leases) {
        if (lease != null) {
          lease.close();
        }
      }
    }
  }

  private static SamplingParams greedy() {
    return new SamplingParams(0, 1, 0, 0, 0, 0, 1, Map.of(), 0, 0, true, Set.of(), -1);
  }

  private AdapterLease lease(String name) {
    pool.beforePass();
    AdapterLease lease = pool.request(name);
    lend(lease, false);
    return lease;
  }

  private void lend(AdapterLease lease, boolean runsAlone) {
    Loan loan = lease.tryLend(0, runsAlone);
    while (loan == Loan.LOADING) {
      LockSupport.parkNanos(POLL_NANOS);
      pool.beforePass();
      loan = lease.tryLend(0, runsAlone);
    }
    if (loan == Loan.NO_ROOM) {
      throw new IllegalStateException("no room for an adapter");
    }
  }

  /**
   * Milliseconds from when an adapter in host memory is asked for to the first token of a prompt.
   *
   * @param follows whether the prompt's layers follow the upload; else all of it is waited for
   */
  double cold(int rank, int prompt, boolean follows) {
    pool.beforePass();
    AdapterLease lease = pool.request(adapters.add(rank));
    long start = System.nanoTime();
    lend(lease, follows);
    try (Rows rows = new Rows(lease, prompt)) {
      rows.step();
      return (System.nanoTime() - start) / 1e6;
    }
  }

  /**
   * Times of steps.
   *
   * @param step from the call to the tokens, in milliseconds, the median
   * @param device that the device worked for it, the median
   */
  record Times(double step, double device) {}

  /** Runs steps again and again. */
  Times time(Rows rows, int warmUps, int times) {
    for (int i = 0; i < warmUps; i++) {
      rows.step();
    }
    double[] steps = new double[times];
    double[] busy = new double[times];
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      rows.step();
      steps[i] = (System.nanoTime() - start) / 1e6;
      busy[i] = engine.deviceMillis();
    }
    Arrays.sort(steps);
    Arrays.sort(busy);
    return new Times(steps[times / 2], busy[times / 2]);
  }

  /** Loads an adapter into host memory and onto the device, and lets it rest there. */
  void bringIn(int rank) {
    lease(adapters.add(rank)).close();
  }

  /** Cells that an adapter of a rank takes at rest. */
  int cellsOf(int rank) {
    return Math.toIntExact(Math.ceilDiv(adapters.bytes(rank), cellBytes()));
  }

  /** Uploads of an adapter's size to cells of their own, until it is closed. */
  final class Upload implements AutoCloseable {

    private final HostBlock block;

    private final OwnedCells run;

    Upload(int rank) {
      this.block = memory.allocate(adapters.bytes(rank));
      this.run = cells.allocate(cellsOf(rank)).orElseThrow();
    }

    CompletableFuture<Void> start() {
      return device.arena().upload(block.memory(), run.run());
    }

    @Override
    public void close() {
      cells.release(run);
      block.free().run();
    }
  }

  @Override
  public void close() {
    engine.close();
    host.close();
  }
}
