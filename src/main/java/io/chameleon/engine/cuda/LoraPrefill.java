package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.chameleon.adapter.AdapterPlace;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.engine.cuda.driver.Cublas;
import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import io.chameleon.model.LinearModule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Low-rank updates of prefill chunks on the tensor cores, bf16 alone: the first product by cuBLAS,
 * the second for all modules of a site at once by a kernel. See lora_prefill.cu.
 */
final class LoraPrefill {

  /** Shorter chunks are as well off as single tokens. */
  static final int FEWEST_ROWS = 16;

  /** Adapters of larger ranks go the way of single tokens. */
  static final int LARGEST_RANK = 256;

  private static final int STRUCT_BYTES = 88;
  private static final int QUAD = 4;
  private static final int BLOCK = 128;
  private static final int TILE = 128;
  private static final int PART_ROWS = 32;
  private static final int RESIDENT = 3;

  /** Shared memory of a block. */
  static final int SHARED_BYTES = 65_536;

  private static final int MODULES = 3;
  private static final int PIECE = 8;

  private final GpuModel model;
  private final CudaStream stream;
  private final Kernel expand;
  private final Map<ModuleGroup, Chunks> chunks = new EnumMap<>(ModuleGroup.class);
  private final DeviceTensor low;
  private final Products products;

  /** Whether no row's update may depend on other rows of the step. */
  private boolean alone;

  private final MemorySegment struct = Arena.ofAuto().allocate(STRUCT_BYTES, Long.BYTES);

  /**
   * What the products need.
   *
   * @param queue of the steps
   * @param multiprocessors of the device
   */
  record Products(Cublas cublas, DeviceQueue queue, int multiprocessors) {}

  /** The chunks of a step with modules of a group. */
  private static final class Chunks {
    private final StepInput.Part header;
    private final StepInput.Part items;
    private final StepInput.Part places;
    private final List<StepRows.Segment> segments = new ArrayList<>();
    private int mostRows;

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
   */
  LoraPrefill(
      GpuModel model, CudaKernels kernels, CudaStream stream, DeviceTensor low, Products products) {
    this.model = model;
    this.stream = stream;
    this.low = low;
    this.products = products;
    this.expand =
        kernels
            .kernel(KernelText.LORA_PREFILL, "lora_prefill_expand", STRUCT_BYTES)
            .withSharedMemory(SHARED_BYTES);
  }

  /** Memory between the products of steps of so many rows, and room for the last tile. */
  static DeviceTensor low(TorchMemory memory, int rows) {
    return memory.zeros(
        TorchMemory.Kind.BFLOAT16, rows + RowTiles.GENERATED, (long) MODULES * LARGEST_RANK);
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

  private static int rank(StepRows.Segment segment, ModuleGroup group) {
    RowRange range = segment.adapter().rows(group);
    return range == null ? 0 : range.count();
  }

  /** Writes and sends a step's chunks. */
  void prepare(StepRows step) {
    alone = step.kind() != StepRows.Kind.MIXED;
    chunks.forEach((group, of) -> prepare(step, group, of));
  }

  private void prepare(StepRows step, ModuleGroup group, Chunks of) {
    of.segments.clear();
    of.mostRows = 0;
    for (StepRows.Segment segment : step.segments()) {
      if (segment.adapter().rows(group) != null && takes(step, segment)) {
        int scaling = Float.floatToRawIntBits(segment.adapter().scaling());
        int chunk = of.segments.size();
        of.items.set(chunk * QUAD, segment.first(), segment.count(), scaling, 0);
        writePlaces(of.places, chunk, group, segment.adapter().requirePlace());
        of.segments.add(segment);
        of.mostRows = Math.max(of.mostRows, segment.count());
      }
    }
    if (!of.segments.isEmpty()) {
      of.header.set(0, of.segments.size(), 0, 0, 0);
      of.header.send(QUAD);
      of.items.send(of.segments.size() * QUAD);
      of.places.send(of.segments.size() * group.modules().size() * QUAD);
    }
  }

  private void writePlaces(StepInput.Part to, int chunk, ModuleGroup group, AdapterPlace place) {
    int at = chunk * group.modules().size() * QUAD;
    for (LinearModule module : group.modules()) {
      int rank = place.rank(module);
      long b = model.startOf(place) + place.offset(module) + (long) rank * inputs(module);
      LoraPlan.setPlace(to, at, b, place, rank);
      at += QUAD;
    }
  }

  private int inputs(LinearModule module) {
    return model.config().inputSize(module);
  }

  /** Launches a site's products. */
  void run(int layer, LoraSite site) {
    Chunks of = Objects.requireNonNull(chunks.get(site.group()));
    if (of.segments.isEmpty()) {
      return;
    }
    for (StepRows.Segment segment : of.segments) {
      shrink(segment, layer, site);
    }
    fill(of, layer, site);
    int columns = 0;
    for (LinearModule module : site.modules()) {
      columns += ceil(model.config().outputSize(module), TILE);
    }
    int count = of.segments.size();
    int wanted = RESIDENT * products.multiprocessors / (columns * count);
    int parts = Math.clamp(wanted, 1, ceil(of.mostRows, PART_ROWS));
    expand
        .begin()
        .with(struct)
        .launch(new Kernel.Grid(columns, parts, count, BLOCK), SHARED_BYTES, stream);
  }

  /** low = x Aᵀ of a chunk; modules of one rank at equal distances go together. */
  private void shrink(StepRows.Segment segment, int layer, LoraSite site) {
    AdapterPlace place = segment.adapter().requirePlace();
    List<LinearModule> modules = site.modules();
    clearTails(segment, place, modules);
    long base = model.startOf(place) + layer * place.layerElements();
    if (areAlike(place, modules)) {
      long step =
          modules.size() == 1 ? 0 : place.offset(modules.get(1)) - place.offset(modules.get(0));
      multiply(segment, site, 0, new Weights(base, modules.size(), step));
    } else {
      for (int m = 0; m < modules.size(); m++) {
        if (place.rank(modules.get(m)) > 0) {
          multiply(segment, site, m, new Weights(base, 1, 0));
        }
      }
    }
  }

  /**
   * The A of neighbouring modules.
   *
   * @param layer elements from the arena's beginning to the adapter's layer
   * @param step elements from a module's to the next one's
   */
  private record Weights(long layer, int modules, long step) {}

  private static boolean areAlike(AdapterPlace place, List<LinearModule> modules) {
    for (int m = 1; m < modules.size(); m++) {
      long step = place.offset(modules.get(m)) - place.offset(modules.get(m - 1));
      long first = place.offset(modules.get(1)) - place.offset(modules.get(0));
      if (place.rank(modules.get(m)) != place.rank(modules.getFirst()) || step != first) {
        return false;
      }
    }
    return place.rank(modules.getFirst()) > 0;
  }

  /** Rows after the chunk's are those of the next one, whose own product follows. */
  private void multiply(StepRows.Segment segment, LoraSite site, int first, Weights weights) {
    if (alone) {
      for (int row = segment.first(); row < segment.end(); row += RowTiles.GENERATED) {
        multiply(
            segment.adapter().requirePlace(),
            new Rows(row, RowTiles.GENERATED),
            site,
            first,
            weights);
      }
    } else {
      int filled = ProductRows.atLeast(segment.count(), model.activations().rows - segment.first());
      multiply(
          segment.adapter().requirePlace(),
          new Rows(segment.first(), filled),
          site,
          first,
          weights);
    }
  }

  /** Rows of a product. */
  private record Rows(int first, int count) {}

  private void multiply(AdapterPlace place, Rows rows, LoraSite site, int first, Weights weights) {
    LinearModule module = site.modules().get(first);
    DeviceTensor x = model.inputOf(site);
    int modules = site.modules().size();
    Cublas.Numbers numbers = Cublas.Numbers.BFLOAT16;
    products.cublas.linears(
        new Cublas.Size(rows.count, place.rank(module), inputs(module)),
        new Cublas.Batch(weights.modules, weights.step, LARGEST_RANK),
        new Cublas.Matrix(address(x, rows.first * x.columns()), numbers, x.columns()),
        new Cublas.Matrix(
            address(model.arena().cells(), weights.layer + place.offset(module)),
            numbers,
            inputs(module)),
        new Cublas.Matrix(
            address(low, ((long) rows.first * modules + first) * LARGEST_RANK),
            numbers,
            (long) modules * LARGEST_RANK));
  }

  /** The second product reads whole pieces of 8; what others left there may be no number. */
  private void clearTails(
      StepRows.Segment segment, AdapterPlace place, List<LinearModule> modules) {
    boolean even = true;
    for (LinearModule module : modules) {
      even &= place.rank(module) % PIECE == 0;
    }
    if (!even) {
      long row = (long) modules.size() * LARGEST_RANK;
      long bytes = segment.count() * row * low.kind().bytes();
      products.queue.clear(address(low, segment.first() * row), bytes);
    }
  }

  private static long address(DeviceTensor tensor, long element) {
    return tensor.address() + element * tensor.kind().bytes();
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
      model.outputOf(site).columns()
    };
    for (int i = 0; i < longs.length; i++) {
      struct.setAtIndex(JAVA_LONG, i, longs[i]);
    }
    int at = longs.length * 2;
    struct.setAtIndex(JAVA_INT, at++, layer);
    struct.setAtIndex(JAVA_INT, at++, site.modules().size());
    at = LoraKernels.writeStarts(struct, at, model.config(), site);
    struct.setAtIndex(JAVA_INT, at++, LARGEST_RANK);
    struct.setAtIndex(JAVA_INT, at, site.group().modules().size());
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
