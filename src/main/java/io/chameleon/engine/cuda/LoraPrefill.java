package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.pool.AdapterWindow;
import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import io.chameleon.memory.CellRun;
import io.chameleon.model.LinearModule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Low-rank updates of prefill chunks on the tensor cores; bf16 alone. See lora_prefill.cu. */
final class LoraPrefill {

  /** Shorter chunks are as well off as single tokens. */
  static final int FEWEST_ROWS = 16;

  private static final int STRUCT_BYTES = 176;
  private static final int QUAD = 4;
  private static final int POINTERS = 8;
  private static final int BLOCK = 256;
  private static final int EXPAND_TILE = 128;
  private static final int EXPAND_SHARED = 67_584;
  private static final int SHRINK_ROWS = 64;
  private static final int SHRINK_RANKS = 128;
  private static final int SHRINK_STAGES = 4;
  private static final int SHRINK_SHARED = SHRINK_STAGES * (SHRINK_ROWS + SHRINK_RANKS) * 128;
  private static final int MOST_SPLITS = 8;

  /** Adapters of larger ranks go the way of single tokens. */
  static final int LARGEST_RANK = 256;

  /** Rows times parts for which there is memory, if a step has no more rows. */
  private static final int PARTIAL_ROWS = 16_384;

  private static final int MODULES = 3;

  private final GpuModel model;
  private final CudaStream stream;
  private final Kernel shrink;
  private final Kernel expand;
  private final Map<ModuleGroup, Chunks> chunks = new EnumMap<>(ModuleGroup.class);
  private final Scratch scratch;
  private final int multiprocessors;
  private final MemorySegment struct = Arena.ofAuto().allocate(STRUCT_BYTES, Long.BYTES);
  private int rows;

  /** The chunks of a step with modules of a group. */
  private static final class Chunks {
    private final StepInput.Part header;
    private final StepInput.Part items;
    private int count;
    private int largestRank;
    private int mostRows;

    Chunks(StepInput input, int most) {
      this.header = input.reserve(QUAD);
      this.items = input.reserve(most * 2 * QUAD);
    }
  }

  /**
   * Memory between the products.
   *
   * @param low (rows × 3 modules, largest rank), bf16
   * @param partial 4-byte floats: sums of the parts into which the first product is cut
   * @param counters zeros
   */
  record Scratch(DeviceTensor low, DeviceTensor partial, DeviceTensor counters) {

    static Scratch take(TorchMemory memory, int rows) {
      long row = (long) MODULES * LARGEST_RANK;
      return new Scratch(
          memory.zeros(TorchMemory.Kind.BFLOAT16, rows, row),
          memory.zeros(TorchMemory.Kind.FLOAT32, PARTIAL_ROWS, row),
          memory.zeros(TorchMemory.Kind.INT32, 1, 1 << 16));
    }
  }

  LoraPrefill(
      GpuModel model, CudaKernels kernels, CudaStream stream, Scratch scratch, int processors) {
    this.model = model;
    this.stream = stream;
    this.scratch = scratch;
    this.multiprocessors = processors;
    this.shrink =
        kernels
            .kernel(KernelText.LORA_PREFILL, "lora_prefill_shrink", STRUCT_BYTES)
            .withSharedMemory(SHRINK_SHARED);
    this.expand =
        kernels
            .kernel(KernelText.LORA_PREFILL, "lora_prefill_expand", STRUCT_BYTES)
            .withSharedMemory(EXPAND_SHARED);
  }

  /** Reserves the places of so many chunks. */
  LoraPrefill reserve(StepInput input, int most) {
    for (ModuleGroup group : ModuleGroup.values()) {
      chunks.put(group, new Chunks(input, most));
    }
    return this;
  }

  /** Whether rows of an adapter come here. */
  static boolean takes(StepRows.Segment segment) {
    return segment.count() >= FEWEST_ROWS
        && rank(segment, ModuleGroup.ATTENTION) <= LARGEST_RANK
        && rank(segment, ModuleGroup.MLP) <= LARGEST_RANK;
  }

  private static int rank(StepRows.Segment segment, ModuleGroup group) {
    RowRange range = segment.adapter().rows(group);
    return range == null ? 0 : range.count();
  }

  /** Writes and sends a step's chunks. */
  void prepare(StepRows step, Function<ModuleGroup, AdapterWindow> windows) {
    rows = step.rows();
    for (ModuleGroup group : ModuleGroup.values()) {
      Chunks of = Objects.requireNonNull(chunks.get(group));
      of.count = 0;
      of.largestRank = 0;
      of.mostRows = 0;
      for (StepRows.Segment segment : step.segments()) {
        RowRange range = segment.adapter().rows(group);
        if (range != null && takes(segment)) {
          add(of, segment, range);
        }
      }
      CellRun run = windows.apply(group).run();
      if (of.count > 0 && run != null) {
        long start = (long) run.start() * model.model().cellElements();
        of.header.set(0, of.count, 0, (int) start, (int) (start >>> 32));
        of.header.send(QUAD);
        of.items.send(of.count * 2 * QUAD);
      }
    }
  }

  private void add(Chunks to, StepRows.Segment segment, RowRange range) {
    int at = to.count++ * 2 * QUAD;
    to.items.set(at, segment.first(), segment.count(), range.first(), range.count());
    to.items.set(at + QUAD, Float.floatToRawIntBits(segment.adapter().scaling()), 0, 0, 0);
    to.largestRank = Math.max(to.largestRank, range.count());
    to.mostRows = Math.max(to.mostRows, segment.count());
  }

  /** Launches a site's products. */
  void run(int layer, LoraSite site, LoraKernels places) {
    Chunks of = Objects.requireNonNull(chunks.get(site.group()));
    if (of.count == 0) {
      return;
    }
    int modules = site.modules().size();
    int ranks = modules * ceil(of.largestRank, SHRINK_RANKS);
    int tiles = ceil(of.mostRows, SHRINK_ROWS);
    int splits = splits(ranks * tiles * of.count, site);
    fill(of, layer, site, places, splits);
    shrink
        .begin()
        .with(struct)
        .launch(new Kernel.Grid(ranks, tiles, of.count * splits, BLOCK), SHRINK_SHARED, stream);
    int columns = 0;
    for (LinearModule module : site.modules()) {
      columns += ceil(model.config().outputSize(module), EXPAND_TILE);
    }
    expand
        .begin()
        .with(struct)
        .launch(
            new Kernel.Grid(columns, ceil(of.mostRows, EXPAND_TILE), of.count, BLOCK),
            EXPAND_SHARED,
            stream);
  }

  /** As many parts as keep the device busy. */
  private int splits(int tiles, LoraSite site) {
    int most = Math.max(1, site.inputs(model.config()) / 512);
    int memory = rows == 0 ? 1 : PARTIAL_ROWS / rows;
    int wanted = 2 * multiprocessors / tiles;
    return Math.max(1, Math.min(Math.min(MOST_SPLITS, most), Math.min(wanted, memory)));
  }

  private void fill(Chunks of, int layer, LoraSite site, LoraKernels places, int splits) {
    long[] pointers = {
      model.arena().cells().address(),
      of.header.address(),
      of.items.address(),
      model.inputOf(site).address(),
      model.outputOf(site).address(),
      scratch.low.address(),
      scratch.partial.address(),
      scratch.counters.address()
    };
    for (int i = 0; i < POINTERS; i++) {
      struct.setAtIndex(JAVA_LONG, i, pointers[i]);
    }
    int at = places.writePlaces(struct, POINTERS, layer, site);
    places.writeSizes(struct, at, site);
    int after = at * 2 + 2 + MODULES + 1;
    struct.setAtIndex(JAVA_INT, after, LARGEST_RANK);
    struct.setAtIndex(JAVA_INT, after + 1, splits);
    struct.setAtIndex(JAVA_INT, after + 2, rows);
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
