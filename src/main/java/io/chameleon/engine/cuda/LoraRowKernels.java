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

/**
 * The launches of lora.cu: low-rank updates of all adapters' single tokens at once, and of chunks
 * that do not go to {@link LoraPrefill}.
 */
final class LoraRowKernels {

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
  private final Map<ModuleGroup, LoraPlan> plans;
  private final DeviceTensor low;
  private final CudaStream stream;
  private final Kernel shrink;
  private final Expands expands;
  private final @Nullable Rotating rotating;

  /** Whether no row's update may depend on other rows of the step. */
  private boolean alone;

  private final MemorySegment struct = Arena.ofAuto().allocate(STRUCT_BYTES, Long.BYTES);

  /**
   * The second product.
   *
   * @param few where an adapter has one row or two
   * @param many where it has more
   */
  private record Expands(Kernel few, Kernel many) {

    static Expands of(CudaKernels kernels, String suffix, int... arguments) {
      return new Expands(
          kernels.kernel(KernelText.LORA, "lora_expand" + suffix, arguments),
          kernels.kernel(KernelText.LORA, "lora_expand_many" + suffix, arguments));
    }
  }

  /**
   * The second product that rotates rows too.
   *
   * @param rope what it is told
   */
  private record Rotating(Expands expands, RopeStruct rope) {}

  /** The kernels, which are there. */
  LoraRowKernels(GpuModel model, StepMemory steps, CudaKernels kernels, CudaStream stream) {
    this.model = model;
    this.plans = steps.lora;
    this.low = steps.low;
    this.stream = stream;
    this.shrink = kernels.kernel(KernelText.LORA, "lora_shrink", STRUCT_BYTES);
    this.expands = Expands.of(kernels, "", STRUCT_BYTES);
    this.rotating =
        steps.toRotate == null
            ? null
            : new Rotating(
                Expands.of(kernels, "_rope", STRUCT_BYTES, RopeStruct.BYTES),
                new RopeStruct(model));
  }

  /** Has plans sent anew, even where they are as those before. */
  void reset() {
    plans.values().forEach(LoraPlan::reset);
  }

  /** Writes and sends the plans of a step for those of its rows that come here. */
  void prepare(StepRows step, List<StepRows.Segment> rows) {
    alone = step.kind() != StepRows.Kind.MIXED;
    for (ModuleGroup group : ModuleGroup.values()) {
      if (step.touches(group)) {
        plan(group).send(rows, alone);
      }
    }
  }

  /** Whether rows of the step, of adapters with modules of attention, are rotated here. */
  boolean rotates() {
    return plan(ModuleGroup.ATTENTION).isRotated();
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
        variant = variant * POWERS + power(plan.expandBlocks(site));
      }
    }
    return variant;
  }

  /** 0 where nothing is launched. */
  private static int power(int items) {
    return items == 0 ? 0 : Integer.numberOfTrailingZeros(grid(items));
  }

  /**
   * Blocks for some items: the power of two that holds them, so that few launches differ. Surplus
   * blocks end at once; those of the first product read as if they had an item.
   */
  static int grid(int items) {
    return Math.max(FEWEST_BLOCKS, Integer.highestOneBit(2 * Math.max(1, items) - 1));
  }

  /** Launches a site's products. */
  void run(int layer, LoraSite site) {
    LoraPlan plan = plan(site.group());
    if (plan.shrinkItems(site) > 0) {
      shrink(layer, site, plan);
      launch(of(plan, expands).begin().with(struct), site, plan);
    }
  }

  /**
   * Those of q, k and v, the second of which rotates rows too; nothing unless it {@link #rotates}.
   */
  void runAndRope(int layer) {
    if (rotating != null && rotates()) {
      LoraPlan plan = plan(ModuleGroup.ATTENTION);
      shrink(layer, LoraSite.QKV, plan);
      Kernel expand = of(plan, rotating.expands);
      launch(expand.begin().with(struct).with(rotating.rope.of(layer)), LoraSite.QKV, plan);
    }
  }

  private void shrink(int layer, LoraSite site, LoraPlan plan) {
    fill(layer, site, plan);
    int blocks = grid(plan.shrinkItems(site));
    shrink
        .begin()
        .with(struct)
        .launch(new Kernel.Grid(blocks, site.modules().size(), slices(site), BLOCK), 0, stream);
  }

  private Kernel of(LoraPlan plan, Expands expands) {
    return isOfMany(plan) ? expands.many : expands.few;
  }

  private void launch(Kernel expand, LoraSite site, LoraPlan plan) {
    expand.launch(Kernel.Grid.of(grid(plan.expandBlocks(site)), BLOCK), 0, stream);
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
    MemorySegment.copy(longs, 0, struct, JAVA_LONG, 0, longs.length);
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
