package io.chameleon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.adapter.peft.AdapterFile;
import io.chameleon.engine.Batch;
import io.chameleon.engine.EngineStepException;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.sampling.SamplingException;
import io.chameleon.engine.sampling.TokenSampler;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.OwnedCells;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import io.chameleon.oracle.EngineBench;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Steps that go wrong, beside and before others that must be right all the same. */
class TorchScriptEngineTest {

  private static final String MODEL = "llama3-gqa-ropescaling";
  private static final String HOSTILE = "regex-targets";
  private static final int[] PROMPT = {5, 17, 300, 2, 2, 41, 9};

  private static EngineBench bench;

  private final List<AdapterLease> leases = new ArrayList<>();
  private final List<OwnedCells> runs = new ArrayList<>();

  @BeforeAll
  static void load() {
    bench = EngineBench.tiny(MODEL, TorchScriptEngineTest::makeHostile);
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  @AfterEach
  void giveBack() {
    leases.forEach(AdapterLease::close);
    runs.forEach(bench.cells::release);
    bench.checkIdle();
  }

  @Test
  void step_tokenOutsideOfTheVocabulary_failsAndTheNextIsRight() {
    float[] before = logits(null);
    for (int token : new int[] {bench.config.vocabularySize(), -1, Integer.MAX_VALUE}) {
      int[] tokens = {1, token, 2};
      SequenceStep bad = new SequenceStep(tokens, 0, 3, 0, run(3), null, null);

      assertThatThrownBy(() -> bench.engine.step(new Batch(List.of(bad))))
          .isInstanceOf(EngineStepException.class)
          .hasMessage("a step of 3 tokens for 1 sequences failed")
          .hasCauseInstanceOf(Exception.class);
      assertThat(logits(null)).isEqualTo(before);
    }
  }

  @Test
  void step_cellOutsideOfTheArena_failsAndTheNextIsRight() {
    float[] before = logits("pattern");
    SequenceStep bad = new SequenceStep(PROMPT, 0, 7, 0, new CellRun(1_000_000, 7), null, null);

    assertThatThrownBy(() -> bench.engine.step(new Batch(List.of(bad))))
        .isInstanceOf(EngineStepException.class);
    assertThat(logits("pattern")).isEqualTo(before);
  }

  @Test
  void step_positionBeyondTheContext_failsAndTheNextIsRight() {
    float[] before = logits(null);
    int context = bench.config.contextLength();
    SequenceStep bad = new SequenceStep(PROMPT, 0, 1, context, run(context + 1), null, null);

    assertThatThrownBy(() -> bench.engine.step(new Batch(List.of(bad))))
        .isInstanceOf(EngineStepException.class);
    assertThat(logits(null)).isEqualTo(before);
  }

  @Test
  void step_oneSamplerThatCannotChoose_failsThatRowAlone() {
    SequenceStep first = prompt(null, TorchScriptEngineTest::best);
    SequenceStep failing =
        prompt(
            "pattern",
            (logits, offset, size) -> {
              throw new SamplingException("no token is left");
            });
    SequenceStep silent = new SequenceStep(PROMPT, 0, 7, 0, run(7), lent("pattern"), null);
    SequenceStep last = prompt("some-layers", TorchScriptEngineTest::best);

    StepResult result = bench.engine.step(new Batch(List.of(last, failing, silent, first)));

    assertThat(result.failures()).containsOnlyKeys(1);
    assertThat(result.failures().get(1)).hasMessage("no token is left");
    assertThat(result.tokens().get(1)).isNull();
    assertThat(result.tokens().get(2)).isNull();
    assertThat(result.tokens().get(0).token()).isEqualTo(bestOf(logits("some-layers")));
    assertThat(result.tokens().get(3).token()).isEqualTo(bestOf(logits(null)));
  }

  @Test
  void step_withoutSamplers_answersNulls() {
    SequenceStep silent = new SequenceStep(PROMPT, 0, 7, 0, run(7), null, null);

    StepResult result = bench.engine.step(new Batch(List.of(silent)));

    assertThat(result.tokens()).containsExactly((SampledToken) null);
    assertThat(result.failures()).isEmpty();
  }

  /** Weights of the largest magnitude that is served. */
  @Test
  void step_besideAnAdapterOfHugeWeights_isRightForOthers() {
    float[] base = decodeAlone(null);
    float[] pattern = decodeAlone("pattern");
    float[] layers = decodeAlone("some-layers");

    List<float[]> together = decode(null, "pattern", HOSTILE, "some-layers");

    assertThat(together.get(2)).as("it has effect").isNotEqualTo(base);
    check(together.get(0), base);
    check(together.get(1), pattern);
    check(together.get(3), layers);
  }

  @Test
  void open_withLessMemoryThanAToken_isRefusedWithBothNumbers() {
    try (Checkpoint checkpoint = Checkpoint.open(EngineBench.DEMO.resolve("base"))) {
      long cell = DeviceModel.float32(checkpoint.config()).cellBytes();
      assertThat(cell).isEqualTo(8192);
      assertThatThrownBy(() -> CpuDevice.open(checkpoint, 1, cell - 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("8191 bytes of memory for KV and adapters; a single token takes 8192");
    }
  }

  private static void check(float[] logits, float[] wanted) {
    for (int i = 0; i < wanted.length; i++) {
      assertThat(Math.abs(logits[i] - wanted[i])).isLessThan(1e-4f);
    }
  }

  /** The logits after the prompt, alone in a step. */
  private float[] logits(@Nullable String adapter) {
    float[][] row = new float[1][];
    SequenceStep step =
        prompt(
            adapter,
            (logits, offset, size) -> {
              row[0] = Arrays.copyOfRange(logits, offset, offset + size);
              return best(logits, offset, size);
            });
    bench.engine.step(new Batch(List.of(step)));
    return row[0];
  }

  /** The logits after a token more, alone in a step. */
  private float[] decodeAlone(@Nullable String adapter) {
    return decode(new @Nullable String[] {adapter}).getFirst();
  }

  /** The same for several sequences, decoded in one step. */
  private List<float[]> decode(@Nullable String... adapters) {
    List<float[]> rows = new ArrayList<>();
    List<SequenceStep> steps = new ArrayList<>();
    for (int i = 0; i < adapters.length; i++) {
      int row = i;
      rows.add(new float[0]);
      SequenceStep prefill = prompt(adapters[i], null);
      bench.engine.step(new Batch(List.of(prefill)));
      steps.add(
          new SequenceStep(
              new int[] {7},
              0,
              1,
              PROMPT.length,
              prefill.kv(),
              prefill.adapter(),
              (logits, offset, size) -> {
                rows.set(row, Arrays.copyOfRange(logits, offset, offset + size));
                return new SampledToken(0, 0, List.of());
              }));
    }
    bench.engine.step(new Batch(steps));
    return rows;
  }

  private SequenceStep prompt(@Nullable String adapter, @Nullable TokenSampler sampler) {
    CellRun run = run(PROMPT.length + 1);
    return new SequenceStep(PROMPT, 0, PROMPT.length, 0, run, lent(adapter), sampler);
  }

  private @Nullable ResidentAdapter lent(@Nullable String adapter) {
    if (adapter == null) {
      return null;
    }
    AdapterLease lease = bench.lease(adapter);
    leases.add(lease);
    return lease.adapter();
  }

  /** Nobody moves in an arena with so much room. */
  private CellRun run(int cells) {
    OwnedCells run = bench.cells.allocate(cells).orElseThrow();
    runs.add(run);
    return run.run();
  }

  private static SampledToken best(float[] logits, int offset, int size) {
    return new SampledToken(
        bestOf(Arrays.copyOfRange(logits, offset, offset + size)), 0, List.of());
  }

  private static int bestOf(float[] logits) {
    int best = 0;
    for (int i = 0; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static PackedAdapter makeHostile(PackedAdapter adapter) {
    if (adapter.layout().contentHash().equals(hostileHash())) {
      MemorySegment weights = adapter.weights();
      for (long i = 0; i < adapter.bytes() / Float.BYTES; i++) {
        weights.setAtIndex(ValueLayout.JAVA_FLOAT, i, i % 3 == 0 ? -0x1p40f : 0x1p40f);
      }
    }
    return adapter;
  }

  private static String hostileHash() {
    Path folder = FixtureFiles.fixture(MODEL);
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve("base"));
        AdapterFile file = AdapterFile.open(folder.resolve(HOSTILE), checkpoint.config())) {
      return file.contentHash();
    }
  }
}
