package io.chameleon.bench;

import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.sampling.SequenceSampler;
import io.chameleon.memory.OwnedCells;
import io.chameleon.request.SamplingParams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sequences of the same length whose KV is in the arena, as a step needs them: pages that nobody
 * has written would read faster than memory. A decode step feeds the last token, over and over, so
 * that its context never grows.
 */
final class Prompts implements AutoCloseable {

  private static final long SEED = 20261124;

  private final BenchEngine engine;

  private final int length;

  private final List<OwnedCells> runs = new ArrayList<>();

  private final List<int[]> tokens = new ArrayList<>();

  /**
   * Makes them and runs their prefills.
   *
   * @param rows how many
   * @param length tokens of each
   */
  Prompts(BenchEngine engine, int rows, int length) {
    this.engine = engine;
    this.length = length;
    Random random = new Random(SEED);
    for (int row = 0; row < rows; row++) {
      tokens.add(random.ints(length, 0, engine.config().vocabularySize()).toArray());
      runs.add(engine.allocate(length));
      engine.step(prefill(row, null));
    }
  }

  /** The prefill of a whole prompt in one step. */
  Batch prefill(int row, @Nullable ResidentAdapter adapter) {
    return new Batch(List.of(step(row, 0, adapter, SamplingParams.greedy())));
  }

  /** A decode step of the first rows, all on the base model. */
  Batch decode(int rows) {
    return decode(rows, SamplingParams.greedy());
  }

  /** A decode step of the first rows, all on the base model, sampled like this. */
  Batch decode(int rows, SamplingParams sampling) {
    List<SequenceStep> steps = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      steps.add(step(row, length - 1, null, sampling));
    }
    return new Batch(steps);
  }

  /** A decode step of a row for each of these adapters. */
  Batch decode(List<ResidentAdapter> adapters) {
    List<SequenceStep> steps = new ArrayList<>();
    for (int row = 0; row < adapters.size(); row++) {
      steps.add(step(row, length - 1, adapters.get(row), SamplingParams.greedy()));
    }
    return new Batch(steps);
  }

  /** What a request gets that asks for nothing: temperature 1 over the whole vocabulary. */
  static SamplingParams defaultSampling() {
    return new SamplingParams(1, 1, 0, 0, 0, 0, 1, Map.of(), SEED, 0, true, Set.of(), -1);
  }

  @Override
  public void close() {
    runs.forEach(engine::release);
  }

  private SequenceStep step(
      int row, int from, @Nullable ResidentAdapter adapter, SamplingParams sampling) {
    return new SequenceStep(
        tokens.get(row),
        from,
        length - from,
        from,
        runs.get(row).run(),
        adapter,
        new SequenceSampler(sampling));
  }
}
