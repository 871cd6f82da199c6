package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Objects.requireNonNull;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Low-rank updates of a step: single-token rows of all adapters at once, chunks by themselves. */
final class LoraKernels {

  /** {@code struct Lora} of lora.cu. */
  private static final int STRUCT_BYTES = 120;

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
  private final Map<ModuleGroup, LoraPlan> plans;
  private final CudaStream stream;
  private final @Nullable Kernel shrink;
  private final @Nullable Kernel expand;
  private final @Nullable Kernel expandMany;
  private final @Nullable LoraPrefill prefill;
  private final DeviceTensor low;

  /** Whether no row's update may depend on other rows of the step. */
  private boolean alone;

  private final MemorySegment struct = Arena.ofAuto().allocate(STRUCT_BYTES, Long.BYTES);

  LoraKernels(
      GpuModel model,
      TorchOperators twins,
      Map<ModuleGroup, LoraPlan> plans,
      CudaStream stream,
      Compiled compiled) {
    this.model = model;
    this.twins = twins;
    this.plans = plans;
    this.stream = stream;
    this.shrink = compiled.shrink;
    this.expand = compiled.expand;
    this.expandMany = compiled.expandMany;
    this.prefill = compiled.prefill;
    this.low = compiled.low;
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
    alone = step.rows().kind() != StepRows.Kind.MIXED;
    for (ModuleGroup group : ModuleGroup.values()) {
      if (step.rows().touches(group)) {
        plan(group).send(few, alone);
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

  /** Whether the second product is made by the kernel for many rows of an adapter. */
  private boolean isOfMany(LoraPlan plan) {
    return alone || plan.mostRows() > FEW_ROWS;
  }

  private LoraPlan plan(ModuleGroup group) {
    return requireNonNull(plans.get(group));
  }

  /**
   * What recorded steps differ by in the launches of a group: their grids, each as a power of two,
   * and which kernel the second product's is.
   */
  int variantOf(ModuleGroup group) {
    LoraPlan plan = plan(group);
    int variant = isOfMany(plan) ? 1 : 0;
    for (LoraSite site : LoraSite.values()) {
      if (site.group() == group) {
        variant = variant * POWERS + power(plan.shrinkItems(site));
        variant = variant * POWERS + power(plan.expandItems(site));
      }
    }
    return variant;
  }

  /** 0 where nothing is launched. */
  private static int power(int items) {
    return items == 0 ? 0 : Integer.numberOfTrailingZeros(grid(items));
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
    runFew(shrink, expand, expandMany, layer, site);
    if (prefill != null) {
      prefill.run(layer, site);
    }
  }

  /**
   * What rotates rows of the step that was prepared last with their updates; null if nothing does.
   */
  @Nullable ChunkRope chunkRope() {
    return isKernel() && prefill != null ? prefill.rope() : null;
  }

  /** Updates q, k and v, and rotates rows; only where there is a {@link #chunkRope}. */
  void runAndRope(int layer) {
    runFew(
        requireNonNull(shrink),
        requireNonNull(expand),
        requireNonNull(expandMany),
        layer,
        LoraSite.QKV);
    requireNonNull(prefill).runAndRope(layer);
  }

  private void runFew(Kernel shrink, Kernel expand, Kernel expandMany, int layer, LoraSite site) {
    LoraPlan plan = plan(site.group());
    if (plan.shrinkItems(site) > 0) {
      fill(layer, site, plan);
      int blocks = grid(plan.shrinkItems(site));
      shrink
          .begin()
          .with(struct)
          .launch(new Kernel.Grid(blocks, site.modules().size(), slices(site), BLOCK), 0, stream);
      Kernel second = isOfMany(plan) ? expandMany : expand;
      second
          .begin()
          .with(struct)
          .launch(Kernel.Grid.of(grid(plan.expandItems(site)), BLOCK), 0, stream);
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
    long[] longs = {
      model.arena().cells().address(),
      plan.headerAddress(site),
      plan.segmentsAddress(),
      plan.tokensAddress(),
      plan.shrinksAddress(site),
      plan.expandsAddress(site),
      model.inputOf(site).address(),
      model.outputOf(site).address(),
      low.address(),
      model.inputOf(site).columns(),
      model.outputOf(site).columns()
    };
    for (int i = 0; i < longs.length; i++) {
      struct.setAtIndex(JAVA_LONG, i, longs[i]);
    }
    int at = longs.length * 2;
    struct.setAtIndex(JAVA_INT, at++, layer);
    struct.setAtIndex(JAVA_INT, at++, plan.shrinkPitch());
    struct.setAtIndex(JAVA_INT, at++, site.inputs(model.config()));
    struct.setAtIndex(JAVA_INT, at++, site.modules().size());
    writeStarts(struct, at, model.config(), site);
  }

  /** Writes the columns where a site's modules begin, and the end; returns the index after them. */
  static int writeStarts(MemorySegment to, int first, ModelConfig config, LoraSite site) {
    int at = first;
    int column = 0;
    for (int m = 0; m <= MODULES; m++) {
      to.setAtIndex(JAVA_INT, at++, column);
      if (m < site.modules().size()) {
        column += config.outputSize(site.modules().get(m));
      }
    }
    return at;
  }
}
