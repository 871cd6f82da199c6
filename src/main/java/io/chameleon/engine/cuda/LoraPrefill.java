package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.chameleon.adapter.AdapterPlace;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import io.chameleon.model.LinearModule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Low-rank updates of prefill chunks on the tensor cores, bf16 alone: two kernels, each for all
 * chunks of a step and all modules of a site at once. See lora_prefill.cu.
 */
final class LoraPrefill {

  /** Shorter chunks are as well off as single tokens. */
  static final int FEWEST_ROWS = 16;

  /** Adapters of larger ranks go the way of single tokens. */
  static final int LARGEST_RANK = 256;

  private static final int STRUCT_BYTES = 112;
  private static final int QUAD = 4;
  private static final int BLOCK = 128;
  private static final int TILE = 128;
  private static final int TILE_ROWS = 64;

  private static final int EXPAND_BYTES = 66_560;
  private static final int SHRINK_BYTES = 99_328;

  /** Blocks of the products that a multiprocessor runs at once. */
  private static final int EXPANDS_AT_ONCE = 3;

  private static final int SHRINKS_AT_ONCE = 2;

  /** Shared memory of a block at most. */
  static final int SHARED_BYTES = SHRINK_BYTES;

  private static final int CLUSTER = 8;
  private static final int HOPPER = 90;

  private static final int MODULES = 3;

  private final GpuModel model;
  private final CudaStream stream;
  private final Kernel shrink;
  private final Kernel shrinkMany;
  private final Kernel expand;
  private final @Nullable Kernel expandAndRope;
  private final Map<ModuleGroup, Chunks> chunks = new EnumMap<>(ModuleGroup.class);
  private final DeviceTensor low;
  private final Processor processor;
  private final @Nullable RopeStruct rope;

  private final MemorySegment struct = Arena.ofAuto().allocate(STRUCT_BYTES, Long.BYTES);

  /**
   * What the kernels run on.
   *
   * @param multiprocessors how many
   * @param capability such as 90
   */
  record Processor(int multiprocessors, int capability) {

    /** Blocks that share the sums of a tile, as the text has it. */
    int splits() {
      return capability >= HOPPER ? CLUSTER : 1;
    }
  }

  /** The chunks of a step with modules of a group. */
  private static final class Chunks {
    private final StepInput.Part header;
    private final StepInput.Part items;
    private final StepInput.Part places;
    private int count;
    private int mostRows;
    private int mostRank;

    Chunks(StepInput input, int most, int modules) {
      this.header = input.reserve(QUAD);
      this.items = input.reserve(most * QUAD);
      this.places = input.reserve(most * modules * QUAD);
    }
  }

  /**
   * Makes one whose places are still to be reserved.
   *
   * @param low what lies between the products, see {@link #low}
   * @param rope what the second kernel is told to rotate rows too, or null
   */
  LoraPrefill(
      GpuModel model,
      CudaKernels kernels,
      CudaStream stream,
      DeviceTensor low,
      Processor processor,
      @Nullable RopeStruct rope) {
    this.model = model;
    this.stream = stream;
    this.low = low;
    this.processor = processor;
    this.shrink = kernel(kernels, "lora_prefill_shrink_64", SHRINK_BYTES);
    this.shrinkMany = kernel(kernels, "lora_prefill_shrink_128", SHRINK_BYTES);
    this.expand = kernel(kernels, "lora_prefill_expand", EXPAND_BYTES);
    this.rope = rope;
    this.expandAndRope =
        rope != null
            ? kernels
                .kernel(
                    KernelText.LORA_PREFILL,
                    "lora_prefill_expand_rope",
                    STRUCT_BYTES,
                    RopeStruct.BYTES)
                .withSharedMemory(EXPAND_BYTES)
            : null;
  }

  private static Kernel kernel(CudaKernels kernels, String name, int sharedBytes) {
    return kernels
        .kernel(KernelText.LORA_PREFILL, name, STRUCT_BYTES)
        .withSharedMemory(sharedBytes);
  }

  /** Memory between the products of steps of so many rows. */
  static DeviceTensor low(TorchMemory memory, int rows) {
    return memory.zeros(TorchMemory.Kind.BFLOAT16, rows, (long) MODULES * LARGEST_RANK);
  }

  /** Reserves the places of so many chunks. */
  LoraPrefill reserve(StepInput input, int most) {
    for (ModuleGroup group : ModuleGroup.values()) {
      chunks.put(group, new Chunks(input, most, group.modules().size()));
    }
    return this;
  }

  /**
   * Whether rows of an adapter come here: those of a chunk alone. What is launched for them hangs
   * on where they are, and a recorded step must not. Where no row may depend on others, all of a
   * prompt's rows come here, and no others.
   */
  static boolean takes(StepRows step, StepRows.Segment segment) {
    boolean isChunk =
        switch (step.kind()) {
          case MIXED -> segment.first() >= step.decodeRows() && segment.count() >= FEWEST_ROWS;
          case PROMPT -> true;
          case GENERATED -> false;
        };
    return isChunk
        && rank(segment, ModuleGroup.ATTENTION) <= LARGEST_RANK
        && rank(segment, ModuleGroup.MLP) <= LARGEST_RANK;
  }

  /** Whether those rows come here for the modules of a group, of which their adapter has some. */
  static boolean takes(StepRows step, StepRows.Segment segment, ModuleGroup group) {
    return segment.adapter().rows(group) != null && takes(step, segment);
  }

  private static int rank(StepRows.Segment segment, ModuleGroup group) {
    RowRange range = segment.adapter().rows(group);
    return range == null ? 0 : range.count();
  }

  /** Writes and sends a step's chunks. */
  void prepare(StepRows step) {
    chunks.forEach((group, of) -> prepare(step, group, of));
  }

  /** Whether there are chunks of adapters with modules of a site's group. */
  boolean has(LoraSite site) {
    return of(site).count > 0;
  }

  private Chunks of(LoraSite site) {
    return Objects.requireNonNull(chunks.get(site.group()));
  }

  private void prepare(StepRows step, ModuleGroup group, Chunks of) {
    of.count = 0;
    of.mostRows = 0;
    of.mostRank = 0;
    for (StepRows.Segment segment : step.segments()) {
      if (takes(step, segment, group)) {
        int scaling = Float.floatToRawIntBits(segment.adapter().scaling());
        of.items.set(of.count * QUAD, segment.first(), segment.count(), scaling, 0);
        writePlaces(of, group, segment.adapter().requirePlace());
        of.mostRows = Math.max(of.mostRows, segment.count());
        of.count++;
      }
    }
    if (of.count > 0) {
      of.header.set(0, of.count, 0, 0, 0);
      of.header.send(QUAD);
      of.items.send(of.count * QUAD);
      of.places.send(of.count * group.modules().size() * QUAD);
    }
  }

  private void writePlaces(Chunks of, ModuleGroup group, AdapterPlace place) {
    int at = of.count * group.modules().size() * QUAD;
    for (LinearModule module : group.modules()) {
      int rank = place.rank(module);
      long b = model.startOf(place) + place.offset(module) + (long) rank * inputs(module);
      LoraPlan.setPlace(of.places, at, b, place, rank);
      of.mostRank = Math.max(of.mostRank, rank);
      at += QUAD;
    }
  }

  private int inputs(LinearModule module) {
    return model.config().inputSize(module);
  }

  /** Launches a site's products. */
  void run(int layer, LoraSite site) {
    Chunks of = of(site);
    if (of.count > 0) {
      fill(of, layer, site);
      shrink(of, site);
      launch(expand, expandGrid(of, site), EXPAND_BYTES);
    }
  }

  /** The same for q, k and v, the second of which rotates; only where it is told how. */
  void runAndRope(int layer) {
    Chunks of = of(LoraSite.QKV);
    if (of.count == 0) {
      return;
    }
    fill(of, layer, LoraSite.QKV);
    shrink(of, LoraSite.QKV);
    Objects.requireNonNull(expandAndRope)
        .begin()
        .with(struct)
        .with(Objects.requireNonNull(rope).of(layer))
        .launch(expandGrid(of, LoraSite.QKV), EXPAND_BYTES, stream);
  }

  /** Tiles of more rows where there are more, and those of fewer would not all run at once. */
  private void shrink(Chunks of, LoraSite site) {
    int tiles = site.modules().size() * ceil(of.mostRank, TILE);
    int splits = processor.splits();
    int few = tiles * ceil(of.mostRows, TILE_ROWS);
    if (of.mostRows <= TILE_ROWS
        || few * of.count * splits <= SHRINKS_AT_ONCE * processor.multiprocessors) {
      launch(shrink, new Kernel.Grid(splits, few, of.count, BLOCK), SHRINK_BYTES);
    } else {
      int many = tiles * ceil(of.mostRows, 2 * TILE_ROWS);
      launch(shrinkMany, new Kernel.Grid(splits, many, of.count, 2 * BLOCK), SHRINK_BYTES);
    }
  }

  /** As many parts as run at once, or as few as take as long. */
  private Kernel.Grid expandGrid(Chunks of, LoraSite site) {
    int columns = 0;
    for (LinearModule module : site.modules()) {
      columns += ceil(model.config().outputSize(module), TILE);
    }
    int tiles = ceil(of.mostRows, TILE_ROWS);
    int most = EXPANDS_AT_ONCE * processor.multiprocessors / (columns * of.count);
    int each = ceil(tiles, Math.clamp(most, 1, tiles));
    return new Kernel.Grid(columns, ceil(tiles, each), of.count, BLOCK);
  }

  private void launch(Kernel kernel, Kernel.Grid grid, int sharedBytes) {
    kernel.begin().with(struct).launch(grid, sharedBytes, stream);
  }

  private void fill(Chunks of, int layer, LoraSite site) {
    int firstModule = site.group().modules().indexOf(site.modules().getFirst());
    long[] longs = {
      model.arena().cells().address(),
      of.header.address(),
      of.items.address(),
      of.places.address(firstModule * QUAD),
      model.outputOf(site).address(),
      low.address(),
      model.inputOf(site).address(),
      model.outputOf(site).columns(),
      model.inputOf(site).columns()
    };
    MemorySegment.copy(longs, 0, struct, JAVA_LONG, 0, longs.length);
    int at = longs.length * 2;
    struct.setAtIndex(JAVA_INT, at++, site.inputs(model.config()));
    struct.setAtIndex(JAVA_INT, at++, ceil(of.mostRank, TILE));
    struct.setAtIndex(JAVA_INT, at++, layer);
    struct.setAtIndex(JAVA_INT, at++, site.modules().size());
    at = LoraRowKernels.writeStarts(struct, at, model.config(), site);
    struct.setAtIndex(JAVA_INT, at++, LARGEST_RANK);
    struct.setAtIndex(JAVA_INT, at, site.group().modules().size());
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
