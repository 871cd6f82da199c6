package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.pool.AdapterWindow;
import io.chameleon.engine.cuda.driver.Cublas;
import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import io.chameleon.memory.CellRun;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Low-rank updates of prefill chunks on the tensor cores, bf16 alone: the first product by cuBLAS,
 * the second for all modules of a site at once by a kernel. See lora_prefill.cu.
 */
final class LoraPrefill {

  /** Shorter chunks are as well off as single tokens. */
  static final int FEWEST_ROWS = 16;

  /** Adapters of larger ranks go the way of single tokens. */
  static final int LARGEST_RANK = 256;

  private static final int STRUCT_BYTES = 176;
  private static final int QUAD = 4;
  private static final int POINTERS = 8;
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
  private final MemorySegment struct = Arena.ofAuto().allocate(STRUCT_BYTES, Long.BYTES);
  private int rows;

  /**
   * What the products need.
   *
   * @param queue of the steps
   * @param windows where the rows of adapters are
   * @param multiprocessors of the device
   */
  record Products(
      Cublas cublas,
      DeviceQueue queue,
      Function<ModuleGroup, AdapterWindow> windows,
      int multiprocessors) {}

  /** The chunks of a step with modules of a group. */
  private static final class Chunks {
    private final StepInput.Part header;
    private final StepInput.Part items;
    private final List<StepRows.Segment> segments = new ArrayList<>();
    private long window;
    private int mostRows;

    Chunks(StepInput input, int most) {
      this.header = input.reserve(QUAD);
      this.items = input.reserve(most * 2 * QUAD);
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

  /** Memory between the products of steps of so many rows. */
  static DeviceTensor low(TorchMemory memory, int rows) {
    return memory.zeros(TorchMemory.Kind.BFLOAT16, rows, (long) MODULES * LARGEST_RANK);
  }

  /** Reserves the places of so many chunks. */
  LoraPrefill reserve(StepInput input, int most) {
    for (ModuleGroup group : ModuleGroup.values()) {
      chunks.put(group, new Chunks(input, most));
    }
    return this;
  }

  /**
   * Whether rows of an adapter come here: those of a chunk alone. What is launched for them hangs
   * on where they are, and a recorded step must not.
   */
  static boolean takes(StepRows step, StepRows.Segment segment) {
    return segment.first() >= step.decodeRows()
        && segment.count() >= FEWEST_ROWS
        && rank(segment, ModuleGroup.ATTENTION) <= LARGEST_RANK
        && rank(segment, ModuleGroup.MLP) <= LARGEST_RANK;
  }

  private static int rank(StepRows.Segment segment, ModuleGroup group) {
    RowRange range = segment.adapter().rows(group);
    return range == null ? 0 : range.count();
  }

  /** Writes and sends a step's chunks. */
  void prepare(StepRows step) {
    rows = step.rows();
    chunks.forEach((group, of) -> prepare(step, group, of));
  }

  private void prepare(StepRows step, ModuleGroup group, Chunks of) {
    of.segments.clear();
    of.mostRows = 0;
    for (StepRows.Segment segment : step.segments()) {
      RowRange range = segment.adapter().rows(group);
      if (range != null && takes(step, segment)) {
        int at = of.segments.size() * 2 * QUAD;
        int scaling = Float.floatToRawIntBits(segment.adapter().scaling());
        of.items.set(at, segment.first(), segment.count(), range.first(), range.count());
        of.items.set(at + QUAD, scaling, 0, 0, 0);
        of.segments.add(segment);
        of.mostRows = Math.max(of.mostRows, segment.count());
      }
    }
    CellRun run = products.windows.apply(group).run();
    if (!of.segments.isEmpty() && run != null) {
      of.window = (long) run.start() * model.model().cellElements();
      of.header.set(0, of.segments.size(), 0, (int) of.window, (int) (of.window >>> 32));
      of.header.send(QUAD);
      of.items.send(of.segments.size() * 2 * QUAD);
    }
  }

  /** Launches a site's products. */
  void run(int layer, LoraSite site, LoraKernels places) {
    Chunks of = Objects.requireNonNull(chunks.get(site.group()));
    if (of.segments.isEmpty()) {
      return;
    }
    fill(of, layer, site, places);
    for (StepRows.Segment segment : of.segments) {
      shrink(segment, of, site);
    }
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

  /** low = x Aᵀ of a chunk; modules at equal distances in a window row go together. */
  private void shrink(StepRows.Segment segment, Chunks of, LoraSite site) {
    ModelConfig config = model.config();
    RowRange range = Objects.requireNonNull(segment.adapter().rows(site.group()));
    DeviceTensor x = model.inputOf(site);
    int modules = site.modules().size();
    long stride = struct.getAtIndex(JAVA_LONG, POINTERS);
    long row = of.window + range.first() * stride;
    // Rows after the chunk's are those of the next one, whose own product follows.
    int filled =
        ProductRows.atLeast(segment.count(), model.activations().rows - segment.first());
    Cublas.Size size = new Cublas.Size(filled, range.count(), site.inputs(config));
    Cublas.Numbers numbers = Cublas.Numbers.BFLOAT16;
    Cublas.Matrix in =
        new Cublas.Matrix(address(x, segment.first() * x.columns()), numbers, x.columns());
    long first = (long) segment.first() * modules * LARGEST_RANK;
    clearTail(range.count(), segment.count(), first, modules);
    long step = modules == 1 ? 0 : a(1) - a(0);
    boolean together = modules < MODULES || a(2) - a(1) == step;
    for (int m = 0; m < (together ? 1 : modules); m++) {
      products.cublas.linears(
          size,
          new Cublas.Batch(together ? modules : 1, step, LARGEST_RANK),
          in,
          new Cublas.Matrix(address(model.arena().cells(), row + a(m)), numbers, stride),
          new Cublas.Matrix(
              address(low, first + (long) m * LARGEST_RANK),
              numbers,
              (long) modules * LARGEST_RANK));
    }
  }

  /** The second product reads whole pieces of 8; what others left there may be no number. */
  private void clearTail(int rank, int tokens, long first, int modules) {
    if (rank % PIECE != 0) {
      long bytes = (long) tokens * modules * LARGEST_RANK * low.kind().bytes();
      products.queue.clear(address(low, first), bytes);
    }
  }

  private long a(int module) {
    return struct.getAtIndex(JAVA_LONG, POINTERS + 3 + module);
  }

  private static long address(DeviceTensor tensor, long element) {
    return tensor.address() + element * tensor.kind().bytes();
  }

  private void fill(Chunks of, int layer, LoraSite site, LoraKernels places) {
    long[] pointers = {
      model.arena().cells().address(),
      of.header.address(),
      of.items.address(),
      model.inputOf(site).address(),
      model.outputOf(site).address(),
      low.address(),
      0,
      0
    };
    for (int i = 0; i < POINTERS; i++) {
      struct.setAtIndex(JAVA_LONG, i, pointers[i]);
    }
    int at = places.writePlaces(struct, POINTERS, layer, site);
    places.writeSizes(struct, at, site);
    int after = at * 2 + 2 + MODULES + 1;
    struct.setAtIndex(JAVA_INT, after, LARGEST_RANK);
    struct.setAtIndex(JAVA_INT, after + 1, 1);
    struct.setAtIndex(JAVA_INT, after + 2, rows);
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
