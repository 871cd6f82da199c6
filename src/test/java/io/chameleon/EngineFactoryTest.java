package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.sampling.SequenceSampler;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.memory.CellRun;
import io.chameleon.model.Checkpoint;
import io.chameleon.request.SamplingParams;
import io.chameleon.request.UnknownModelException;
import io.chameleon.serving.EngineResources;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the engine thread is given, over a real model. */
class EngineFactoryTest {

  private static final Path FOLDER = FixtureFiles.fixture("llama-mha-untied");

  /** Three layers of keys and values, four heads of 16 floats. */
  private static final int CELL_BYTES = 3 * 2 * 4 * 16 * 4;

  @Test
  void get_modelAndAdapters_makesWhatRunsTogether() {
    Checkpoint checkpoint = Checkpoint.open(FOLDER.resolve("base"));
    try (AdapterRegistry registry = registry(checkpoint)) {
      EngineResources made =
          new EngineFactory(checkpoint, registry.catalogue(), 2, 600L * CELL_BYTES + 5).get();
      try (var engine = made.engine();
          AdapterLease lease = made.leases().tryAcquire("pattern").orElseThrow()) {
        CellRun kv = made.cells().allocate(9).orElseThrow();
        SequenceSampler sampler = new SequenceSampler(SamplingParams.greedy());
        int[] prompt = {3, 1, 4, 1, 5};
        SequenceStep step = new SequenceStep(prompt, 0, 5, 0, kv, lease.adapter(), sampler);

        assertThat(engine.step(new Batch(List.of(step))).tokens()).doesNotContainNull();
        assertThat(made.cells().capacity()).isBetween(300, 599);
        made.cells().release(kv);
      }
    }
  }

  @Test
  void get_refusedAdapter_isNotLent() {
    Checkpoint checkpoint = Checkpoint.open(FOLDER.resolve("base"));
    try (AdapterRegistry registry = registry(checkpoint)) {
      EngineResources made =
          new EngineFactory(checkpoint, registry.catalogue(), 1, 600L * CELL_BYTES).get();
      try (var engine = made.engine()) {
        assertThat(engine).isNotNull();
        assertThatThrownBy(() -> made.leases().tryAcquire("dora"))
            .isInstanceOf(UnknownModelException.class);
      }
    }
  }

  @Test
  void get_arenaSmallerThanAnAdapter_isRefusedWithBothNumbers() {
    Checkpoint checkpoint = Checkpoint.open(FOLDER.resolve("base"));
    try (AdapterRegistry registry = registry(checkpoint)) {
      EngineFactory factory =
          new EngineFactory(checkpoint, registry.catalogue(), 1, 20L * CELL_BYTES);

      assertThatThrownBy(factory::get)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("room for 20 tokens")
          .hasMessageContaining("the largest adapter takes the room of 155");
    }
  }

  @Test
  void get_calledAgain_failsBecauseTheWeightsAreClosed() {
    Checkpoint checkpoint = Checkpoint.open(FOLDER.resolve("base"));
    try (AdapterRegistry registry = registry(checkpoint)) {
      EngineFactory factory =
          new EngineFactory(checkpoint, registry.catalogue(), 1, 600L * CELL_BYTES);
      factory.get().engine().close();

      assertThatThrownBy(factory::get).isInstanceOf(IllegalStateException.class);
      // The container closes it too.
      checkpoint.close();
    }
  }

  private static AdapterRegistry registry(Checkpoint checkpoint) {
    return AdapterRegistry.open(List.of(FOLDER), checkpoint.config(), "tiny");
  }
}
