package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.eviction.EvictionLog;
import io.chameleon.adapter.eviction.EvictionParameters;
import io.chameleon.adapter.eviction.RequestTrace;
import io.chameleon.adapter.pool.LoadHabits;
import io.chameleon.adapter.pool.PoolReports;
import io.chameleon.adapter.pool.PoolSupply;
import io.chameleon.adapter.pool.PrefetchProperties;
import io.chameleon.engine.Batch;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.djl.CpuCompute;
import io.chameleon.engine.sampling.SequenceSampler;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.memory.OwnedCells;
import io.chameleon.metrics.PoolMeters;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import io.chameleon.request.AdapterRefusedException;
import io.chameleon.request.AdapterTier;
import io.chameleon.request.SamplingParams;
import io.chameleon.request.UnknownModelException;
import io.chameleon.serving.EngineResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the engine thread is given, over a real model. */
class EngineFactoryTest {

  private static final Path FOLDER = FixtureFiles.fixture("llama-mha-untied");

  /** Three layers of keys and values, four heads of 16 floats. */
  private static final int CELL_BYTES = 3 * 2 * 4 * 16 * 4;

  private final PoolMeters meters = new PoolMeters(new SimpleMeterRegistry(), "tiny");
  private final Checkpoint checkpoint = Checkpoint.open(FOLDER.resolve("base"));
  private final ComputeDevice compute = new CpuCompute(1);
  private final AdapterTiers tiers =
      AdapterTiers.over(
          registry(checkpoint),
          AdapterTiers.Target.of(compute, checkpoint.config()),
          1 << 20,
          4,
          meters);

  @AfterEach
  void close() {
    tiers.close();
    tiers.registry().close();
    checkpoint.close();
  }

  @Test
  void get_modelAndAdapters_makesWhatRunsTogether() {
    EngineResources made = factory(600L * CELL_BYTES + 5).get();
    try (var engine = made.engine();
        AdapterLease lease = made.leases().request("pattern")) {
      while (lease.tryLend(9) != AdapterLease.Loan.LENT) {
        Thread.onSpinWait();
        made.leases().beforePass();
      }
      OwnedCells kv = made.cells().allocate(9).orElseThrow();
      SequenceSampler sampler = new SequenceSampler(SamplingParams.greedy());
      int[] prompt = {3, 1, 4, 1, 5};
      SequenceStep step = new SequenceStep(prompt, 0, 5, 0, kv.run(), lease.adapter(), sampler);

      assertThat(lease.foundIn()).isEqualTo(AdapterTier.DISK);
      assertThat(engine.step(new Batch(List.of(step))).tokens()).doesNotContainNull();
      assertThat(made.cells().capacity()).isBetween(300, 599);
      assertThat(made.arena().snapshot().kv()).isEqualTo(9);
      made.cells().release(kv);
    }
  }

  @Test
  void get_refusedAdapter_isNotLent() {
    EngineResources made = factory(600L * CELL_BYTES).get();
    try (var engine = made.engine()) {
      assertThat(engine).isNotNull();
      assertThatThrownBy(() -> made.leases().request("dora"))
          .isInstanceOf(AdapterRefusedException.class);
      assertThatThrownBy(() -> made.leases().request("none"))
          .isInstanceOf(UnknownModelException.class);
    }
  }

  @Test
  void get_arenaSmallerThanAToken_isRefusedWithBothNumbers() {
    assertThatThrownBy(factory(CELL_BYTES - 1)::get)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "chameleon.memory gives the arena %d bytes; a single token takes %d",
            CELL_BYTES - 1, CELL_BYTES);
  }

  @Test
  void get_calledAgain_failsBecauseTheWeightsAreClosed() {
    EngineFactory factory = factory(600L * CELL_BYTES);
    factory.get().engine().close();

    assertThatThrownBy(factory::get).isInstanceOf(IllegalStateException.class);
  }

  private EngineFactory factory(long arenaBytes) {
    return new EngineFactory(
        checkpoint,
        compute,
        arenaBytes,
        new PoolSupply(
            tiers.registry()::catalogue,
            tiers.host(),
            PrefetchProperties.byQueue(),
            LoadHabits.NONE,
            () -> {}),
        () -> EvictionKind.LRU.create(EvictionParameters.DEFAULT),
        new PoolReports(new EvictionLog(1), new RequestTrace(1), meters));
  }

  private static AdapterRegistry registry(Checkpoint checkpoint) {
    return AdapterRegistry.open(List.of(FOLDER), DeviceModel.float32(checkpoint.config()), "tiny");
  }
}
