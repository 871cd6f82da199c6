package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.pool.AdapterWindow;
import io.chameleon.adapter.pool.WindowShape;
import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Low-rank updates of a step: single-token rows of all adapters at once, chunks by themselves. */
final class LoraKernels {

  /** {@code struct Lora} of lora.cu. */
  private static final int STRUCT_BYTES = 176;

  private static final int POINTERS = 10;
  private static final int MODULES = 3;
  private static final int BLOCK = 256;

  private static final int FEWEST_BLOCKS = 128;

  /** More than there are powers of two. */
  private static final int POWERS = 32;

  /** Up to so many rows of each adapter the one kernel is faster, beyond the other. */
  private static final int FEW_ROWS = 2;

  /** Numbers of the input that a block of the first product multiplies. */
  private static final int SLICE = 2048;

  private final GpuModel model;
  private final TorchOperators twins;
  private final Function<ModuleGroup, AdapterWindow> windows;
  private final Map<ModuleGroup, LoraPlan> plans;
  private final CudaStream stream;
  private final @Nullable Kernel shrink;
  private final @Nullable Kernel expand;
  private final @Nullable Kernel expandMany;
  private final @Nullable LoraPrefill prefill;
  private final DeviceTensor low;
  private final MemorySegment struct = Arena.ofAuto().allocate(STRUCT_BYTES, Long.BYTES);
  private final Map<LoraSite, WindowShape> shapes = new EnumMap<>(LoraSite.class);

  LoraKernels(
      GpuModel model,
      TorchOperators twins,
      Function<ModuleGroup, AdapterWindow> windows,
      Map<ModuleGroup, LoraPlan> plans,
      CudaStream stream,
      Compiled compiled) {
    this.model = model;
    this.twins = twins;
    this.windows = windows;
    this.plans = plans;
    this.stream = stream;
    this.shrink = compiled.shrink;
    this.expand = compiled.expand;
    this.expandMany = compiled.expandMany;
    this.prefill = compiled.prefill;
    this.low = compiled.low;
    for (LoraSite site : LoraSite.values()) {
      shapes.put(site, new WindowShape(model.config(), site.group()));
    }
  }

  /**
   * The kernels, or null where they are missing, and memory between two of them.
   *
   * @param low 4-byte floats: rank × rows of all segments, for each module of a site
   */
  record Compiled(
      @Nullable Kernel shrink,
      @Nullable Kernel expand,
      @Nullable Kernel expandMany,
      @Nullable LoraPrefill prefill,
      DeviceTensor low) {

    static Compiled of(CudaKernels kernels, @Nullable LoraPrefill prefill, DeviceTensor low) {
      boolean has = kernels.has(KernelText.LORA);
      return new Compiled(
          has ? kernels.kernel(KernelText.LORA, "lora_shrink", STRUCT_BYTES) : null,
          has ? kernels.kernel(KernelText.LORA, "lora_expand", STRUCT_BYTES) : null,
          has ? kernels.kernel(KernelText.LORA, "lora_expand_many", STRUCT_BYTES) : null,
          prefill,
          low);
    }
  }

  boolean isKernel() {
    return shrink != null && expand != null && expandMany != null;
  }

  /** Has plans sent anew, even where they are as those before. */
  void reset() {
    plans.values().forEach(LoraPlan::reset);
  }

  void prepare(Step step) {
    if (!isKernel()) {
      return;
    }
    List<StepRows.Segment> few = few(step.rows());
    for (ModuleGroup group : ModuleGroup.values()) {
      if (step.rows().touches(group)) {
        plan(group).send(few, windows.apply(group));
      }
    }
    if (prefill != null) {
      prefill.prepare(step.rows());
    }
  }

  /** Segments that do not go through the prefill kernels. */
  private List<StepRows.Segment> few(StepRows rows) {
    return prefill == null
        ? rows.segments()
        : rows.segments().stream().filter(segment -> !LoraPrefill.takes(rows, segment)).toList();
  }

  private LoraPlan plan(ModuleGroup group) {
    return java.util.Objects.requireNonNull(plans.get(group));
  }

  /**
   * What recorded steps differ by in the launches of a group: their grids, each as a power of two,
   * and which kernel the second product's is.
   */
  int variantOf(ModuleGroup group) {
    LoraPlan plan = plan(group);
    int variant = plan.mostRows() > FEW_ROWS ? 1 : 0;
    variant = variant * POWERS + Integer.numberOfTrailingZeros(grid(plan.shrinkItems()));
    for (LoraSite site : LoraSite.values()) {
      if (site.group() == group) {
        int grid = grid(plan.expandItems(site));
        variant = variant * POWERS + Integer.numberOfTrailingZeros(grid);
      }
    }
    return variant;
  }

  /** The power of two that holds them; surplus blocks end at once. */
  private static int grid(int items) {
    return Math.max(FEWEST_BLOCKS, Integer.highestOneBit(2 * Math.max(1, items) - 1));
  }

  void run(Step step, int layer, LoraSite site) {
    if (shrink == null || expand == null || expandMany == null) {
      twins.lora(step, layer, site);
      return;
    }
    LoraPlan plan = plan(site.group());
    if (plan.shrinkItems() > 0) {
      fill(layer, site, plan);
      int modules = site.modules().size();
      shrink
          .begin()
          .with(struct)
          .launch(
              new Kernel.Grid(grid(plan.shrinkItems()), modules, slices(site), BLOCK), 0, stream);
      Kernel second = plan.mostRows() > FEW_ROWS ? expandMany : expand;
      second
          .begin()
          .with(struct)
          .launch(Kernel.Grid.of(grid(plan.expandItems(site)), BLOCK), 0, stream);
    }
    if (prefill != null) {
      prefill.run(layer, site, this);
    }
  }

  private int slices(LoraSite site) {
    return (site.inputs(model.config()) + SLICE - 1) / SLICE;
  }

  /** Numbers between the two products of any site, for each rank of each row. */
  static int lowFactor(ModelConfig config) {
    int most = 0;
    for (LoraSite site : LoraSite.values()) {
      int slices = (site.inputs(config) + SLICE - 1) / SLICE;
      most = Math.max(most, site.modules().size() * slices);
    }
    return most;
  }

  private void fill(int layer, LoraSite site, LoraPlan plan) {
    long[] pointers = {
      model.arena().cells().address(),
      plan.headerAddress(site),
      plan.segmentsAddress(),
      plan.tokensAddress(),
      plan.shrinksAddress(),
      plan.expandsAddress(site),
      model.inputOf(site).address(),
      model.outputOf(site).address(),
      low.address(),
      0
    };
    for (int i = 0; i < POINTERS; i++) {
      struct.setAtIndex(JAVA_LONG, i, pointers[i]);
    }
    int at = writePlaces(struct, POINTERS, layer, site);
    writeSizes(struct, at, site);
  }

  /** Strides and where A and B of the modules are; returns the index of the next 8 bytes. */
  int writePlaces(MemorySegment to, int first, int layer, LoraSite site) {
    WindowShape shape = java.util.Objects.requireNonNull(shapes.get(site));
    int at = first;
    to.setAtIndex(JAVA_LONG, at++, shape.rowElements());
    to.setAtIndex(JAVA_LONG, at++, model.inputOf(site).columns());
    to.setAtIndex(JAVA_LONG, at++, model.outputOf(site).columns());
    long start = (long) layer * shape.layerElements();
    for (int m = 0; m < MODULES; m++) {
      LinearModule module = site.modules().get(Math.min(m, site.modules().size() - 1));
      to.setAtIndex(JAVA_LONG, at + m, start + shape.offsetOfA(module));
      to.setAtIndex(JAVA_LONG, at + MODULES + m, start + shape.offsetOfB(module));
    }
    return at + 2 * MODULES;
  }

  /** Input size, modules and the columns where they start. */
  void writeSizes(MemorySegment to, int first, LoraSite site) {
    ModelConfig config = model.config();
    int at = first * 2;
    to.setAtIndex(JAVA_INT, at++, site.inputs(config));
    to.setAtIndex(JAVA_INT, at++, site.modules().size());
    int column = 0;
    for (int m = 0; m <= MODULES; m++) {
      to.setAtIndex(JAVA_INT, at++, column);
      if (m < site.modules().size()) {
        column += config.outputSize(site.modules().get(m));
      }
    }
  }
}
