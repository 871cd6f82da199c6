package io.chameleon.engine.cuda;

import io.chameleon.adapter.EvenRanks;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.engine.djl.TorchProgram;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A random model on a device, with the operators that are checked and their twins. The arena has
 * room for KV, then {@linkplain #adapter adapters} up to its end.
 */
final class OperatorStand implements AutoCloseable {

  static final long SEED = 20261130;

  /** Rows of a step at most. */
  static final int ROWS = 256;

  /** Sequences of a step at most. */
  static final int SEQUENCES = 64;

  private static final int HOST = -1;

  /** Makes low-rank updates about half as large as what they are added to. */
  private static final double UPDATE = 1.5;

  final String name;
  final GpuModel model;
  final Operators operators;
  final TorchOperators twins;

  /** What operators use between two launches. */
  final List<DeviceTensor> scratch;

  /** The device's, for recording; null on the host. */
  final GpuDevice.@Nullable Parts parts;

  /** What is recorded; null on the host. */
  final @Nullable StepGraphs graphs;

  private final Runnable onClose;
  private int cellsBefore;
  private final Map<String, ResidentAdapter> adapters = new TreeMap<>();
  private final Map<String, String> worst = new TreeMap<>();
  private final Map<String, Double> largest = new TreeMap<>();

  private OperatorStand(
      String name, Made made, List<DeviceTensor> scratch, Runnable onClose, int cells) {
    this.name = name;
    this.model = made.model;
    this.operators = made.operators;
    this.twins = made.twins;
    this.parts = made.parts;
    this.graphs = made.graphs;
    this.cellsBefore = cells;
    this.scratch = scratch;
    this.onClose = onClose;
    new RandomModel(queue(), SEED).write(model);
    model.weights().writeRopeTables(queue());
    addAdapters();
  }

  private OperatorStand(OperatorStand other, Operators operators) {
    this.name = other.name + ", changed";
    this.model = other.model;
    this.operators = operators;
    this.twins = other.twins;
    this.parts = null;
    this.graphs = null;
    this.cellsBefore = other.cellsBefore;
    this.scratch = other.scratch;
    this.onClose = () -> {};
    this.adapters.putAll(other.adapters);
  }

  /** The same with other operators to be checked; its model is closed with this one. */
  OperatorStand with(Operators others) {
    return new OperatorStand(this, others);
  }

  private record Made(
      GpuModel model,
      Operators operators,
      TorchOperators twins,
      GpuDevice.@Nullable Parts parts,
      @Nullable StepGraphs graphs) {}

  /**
   * Kernels beside their twins on the GPU.
   *
   * @param off kernels that are left out
   * @param narrow whether grids are as for one multiprocessor
   */
  static OperatorStand onGpu(
      ModelShape shape, ElementType numbers, Set<String> off, boolean narrow) {
    DeviceModel model = new DeviceModel(shape.config(), numbers, true);
    GpuOptions options = new GpuOptions(0, numbers, ROWS, SEQUENCES, true, off, false);
    GpuDevice device =
        GpuDevice.random(
            shape.config(), options, model.bytes(shape.arenaElements()), System::nanoTime);
    GpuDevice.Parts parts = narrow ? device.parts(1) : device.parts();
    StepGraphs graphs = new StepGraphs(parts.streams().context(), parts.streams().stream());
    List<DeviceTensor> scratch = new ArrayList<>();
    scratch.add(parts.steps().low);
    DeviceTensor chunkLow = parts.steps().chunkLow;
    if (chunkLow != null) {
      scratch.add(chunkLow);
    }
    return new OperatorStand(
        shape + " " + numbers + (off.isEmpty() ? "" : " without " + off),
        new Made(parts.model(), parts.operators(), parts.twins(), parts, graphs),
        scratch,
        () -> {
          graphs.close();
          device.close();
        },
        device.cells());
  }

  /** Twins beside themselves on the host, so that the checks can be checked. */
  static OperatorStand onHost(ModelShape shape, ElementType numbers) {
    DeviceModel model = new DeviceModel(shape.config(), numbers, true);
    TorchProgram program = TorchProgram.load("cuda_decoder.py", "Twins", HOST);
    TorchProgram.prepareThread();
    TorchMemory memory = new TorchMemory(program, HOST);
    int cells = model.cells(model.bytes(shape.arenaElements()));
    GpuModel made = hostModel(model, cells, memory);
    TorchOperators twins = new TorchOperators(made, program);
    return new OperatorStand(
        shape + " " + numbers + " on the host",
        new Made(made, twins, twins, null, null),
        List.of(),
        () -> {
          memory.close();
          program.close();
        },
        cells);
  }

  private static GpuModel hostModel(DeviceModel model, int cells, TorchMemory memory) {
    DeviceQueue queue = new HostQueue();
    TorchMemory.Kind kind = CheckpointWeights.kind(model.numbers());
    GpuWeights weights = new GpuWeights(model.config(), memory, kind, new RandomWeights(memory));
    StepInput input =
        new StepInput(memory, queue, bytes -> Arena.ofAuto().allocate(bytes, Long.BYTES));
    RowInput rows = new RowInput(input, ROWS);
    input.open();
    GpuArena arena = new GpuArena(model, memory, cells, queue, new TwinCompute.HostUploader(queue));
    Activations activations = new Activations(model.config(), memory, kind, ROWS, SEQUENCES);
    return new GpuModel(model, weights, activations, input, rows, arena);
  }

  private void addAdapters() {
    add("rank 1", 1, 1);
    add("rank 3", 3, 3);
    add("rank 100", 100, 100);
    add("rank 200", 200, 0);
    add("rank 16", 16, 16);
    add("ranks 64 and 5", 64, 5);
    add("attention alone", 8, 0);
    add("MLP alone", 0, 8);
    add("o alone", Map.of(LinearModule.O, 12));
    add(
        "ranks by module",
        Map.of(LinearModule.Q, 24, LinearModule.V, 7, LinearModule.UP, 16, LinearModule.DOWN, 2));
  }

  private void add(String adapter, int attention, int mlp) {
    Map<LinearModule, Integer> ranks = new EnumMap<>(LinearModule.class);
    for (LinearModule module : LinearModule.values()) {
      int rank = ModuleGroup.of(module) == ModuleGroup.ATTENTION ? attention : mlp;
      if (rank > 0) {
        ranks.put(module, rank);
      }
    }
    add(adapter, ranks);
  }

  /** Adapters follow each other from the end of the arena, with a cell of nobody's between them. */
  void add(String adapter, Map<LinearModule, Integer> ranks) {
    ModelConfig config = model.config();
    EvenRanks even = new EvenRanks();
    ranks.forEach(even::add);
    long cell = model.model().cellElements();
    cellsBefore -= Math.toIntExact((even.elements(config) + cell - 1) / cell) + 1;
    int rank = ranks.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    float scaling = (float) (UPDATE * Math.sqrt((double) config.hiddenSize() / rank));
    adapters.put(adapter, new RestedAdapter(config, cellsBefore, ranks).named(adapter, scaling));
  }

  /** Cells for KV. */
  int cellsBefore() {
    return cellsBefore;
  }

  /** An adapter by its name; null for the base model. */
  @Nullable ResidentAdapter adapter(@Nullable String adapter) {
    if (adapter == null) {
      return null;
    }
    ResidentAdapter found = adapters.get(adapter);
    if (found == null) {
      throw new IllegalArgumentException("no adapter " + adapter);
    }
    return found;
  }

  /** All adapters. */
  Iterable<ResidentAdapter> adapters() {
    return adapters.values();
  }

  DeviceQueue queue() {
    return model.input().queue();
  }

  /** All buffers of a step that take the model's numbers or floats. */
  List<DeviceTensor> buffers() {
    Activations on = model.activations();
    return List.of(
        on.residual, on.normed, on.qkv, on.attended, on.gateUp, on.gated, on.finals, on.logits);
  }

  /** Takes note of an error, for the report. */
  void note(String group, String check, double error) {
    if (error >= largest.getOrDefault(group, -1.0)) {
      largest.put(group, error);
      worst.put(group, check);
    }
  }

  @Override
  public void close() {
    largest.forEach((group, error) ->
        System.out.printf(
            "%s, %s: largest error %.1e, in %s%n", name, group, error, worst.get(group)));
    onClose.run();
  }
}
