package io.chameleon.engine.cuda;

import io.chameleon.adapter.AdapterPlace;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.engine.SequenceStep;
import io.chameleon.model.ElementType;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of a part of a step with its twin. Both begin with the same: poison in every
 * buffer and in the arena, but for what the check fills in.
 */
final class PartCheck implements AutoCloseable {

  private final OperatorStand stand;
  private final String group;
  private final String name;
  private final Arena memory = Arena.ofConfined();
  private final Map<DeviceTensor, Contents> before = new LinkedHashMap<>();
  private final Map<DeviceTensor, Comparison.Region> written = new LinkedHashMap<>();
  private double bound;

  final SplittableRandom random;

  PartCheck(OperatorStand stand, String group, String name) {
    this.stand = stand;
    this.group = group;
    this.name = name;
    this.random =
        new SplittableRandom(OperatorStand.SEED + 31L * group.hashCode() + name.hashCode());
    this.bound = stand.model.model().numbers() == ElementType.BF16 ? 1e-2 : 1e-4;
    for (DeviceTensor tensor : stand.buffers()) {
      before.put(tensor, Contents.poison(tensor, memory));
    }
  }

  /** What a tensor begins with. */
  Contents before(DeviceTensor tensor) {
    return before.computeIfAbsent(tensor, t -> Contents.poison(t, memory));
  }

  /** Fills the first rows of a buffer with random numbers. */
  PartCheck given(DeviceTensor tensor, int rows) {
    before(tensor).randomRows(rows, random);
    return this;
  }

  /** Says where a buffer is written; it is looked at nowhere else. */
  PartCheck writes(DeviceTensor tensor, Comparison.Region region) {
    before(tensor);
    written.put(tensor, region);
    return this;
  }

  /** Allows another error than that of one part. */
  PartCheck within(double error) {
    bound = error;
    return this;
  }

  /** Begins with keys and values of the sequences in the arena. */
  PartCheck keysAndValues(StepRows rows, int layer, boolean withThoseOfTheStep) {
    long cell = stand.model.model().cellElements();
    long length = stand.model.valueOffset(0) * 2;
    Contents arena = before(cells());
    for (SequenceStep step : rows.steps()) {
      int known = step.position() + (withThoseOfTheStep ? step.count() : 0);
      for (int i = 0; i < known; i++) {
        long at = (step.kv().start() + i) * cell + stand.model.keyOffset(layer);
        arena.randomize(at, at + length, 0, Contents.UNIT, random);
      }
    }
    return this;
  }

  /** Begins with all adapters where they rest; between them is nothing, nor in scratch. */
  PartCheck adapters() {
    stand.scratch.forEach(this::before);
    Contents arena = before(cells());
    double spread = 1 / Math.sqrt(stand.model.config().hiddenSize());
    for (ResidentAdapter adapter : stand.adapters()) {
      AdapterPlace place = adapter.requirePlace();
      long start = place.startCell() * (long) stand.model.model().cellElements();
      long end = start + stand.model.config().layers() * place.layerElements();
      arena.randomize(start, end, 0, spread, random);
    }
    return this;
  }

  private DeviceTensor cells() {
    return stand.model.arena().cells();
  }

  /**
   * Runs twin and part, each from the same, and compares.
   *
   * @throws AssertionError if they differ by more than is allowed
   */
  void run(Step step, Consumer<Operators> part) {
    run(step, step, part, () -> part.accept(stand.operators));
  }

  /**
   * The same where the part is more than a call.
   *
   * @param exact the twin's step, which cannot be filled up
   * @param filled the part's
   */
  void run(Step exact, Step filled, Consumer<Operators> twin, Runnable part) {
    before.values().forEach(contents -> contents.write(stand.queue()));
    begin(exact);
    stand.twins.prepare(exact);
    carry();
    twin.accept(stand.twins);
    try (Arena left = Arena.ofConfined()) {
      Map<DeviceTensor, Contents> byTwin = read(left);
      before.values().stream().filter(this::isToBeReset).forEach(c -> c.write(stand.queue()));
      begin(filled);
      stand.operators.prepare(filled);
      carry();
      part.run();
      compare(byTwin, read(left));
    }
  }

  /** A part alone may read the step's numbers before it waits, for no embedding is before it. */
  private void carry() {
    stand.model.input().carry();
    stand.queue().synchronize();
  }

  private void begin(Step step) {
    stand.model.rowInput().send(step.rows(), step.filled());
    stand.queue().synchronize();
  }

  /** The arena is large; what the twin wrote there, if anything, the part writes again. */
  private boolean isToBeReset(Contents contents) {
    return !contents.tensor().equals(cells()) || written.containsKey(cells());
  }

  private Map<DeviceTensor, Contents> read(Arena left) {
    stand.queue().synchronize();
    Map<DeviceTensor, Contents> all = new LinkedHashMap<>();
    for (DeviceTensor tensor : written.keySet()) {
      all.put(tensor, Contents.of(tensor, stand.queue(), left));
    }
    return all;
  }

  private void compare(Map<DeviceTensor, Contents> twin, Map<DeviceTensor, Contents> checked) {
    written.forEach((tensor, region) -> {
      double error;
      try {
        error =
            new Comparison(before(tensor), of(twin, tensor), of(checked, tensor), region).error();
      } catch (AssertionError e) {
        throw new AssertionError(
            "%s: %s, %s: %s".formatted(stand.name, group, name, e.getMessage()), e);
      }
      stand.note(group, name, error);
      if (!(error <= bound)) {
        throw new AssertionError(
            "%s: %s, %s: error %.2e, allowed %.0e"
                .formatted(stand.name, group, name, error, bound));
      }
    });
  }

  private static Contents of(Map<DeviceTensor, Contents> all, DeviceTensor tensor) {
    @Nullable Contents contents = all.get(tensor);
    if (contents == null) {
      throw new IllegalStateException("nothing was read");
    }
    return contents;
  }

  @Override
  public void close() {
    memory.close();
  }
}
