package io.chameleon.engine.cuda;

import static java.util.Objects.requireNonNull;

import io.chameleon.adapter.ModuleGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Low-rank updates of a step: single tokens and short chunks of all adapters at once, long chunks
 * by themselves. For some models rows are rotated where their q, k and v are updated, see {@link
 * RopeStruct}.
 */
final class LoraKernels {

  private final TorchOperators twins;
  private final @Nullable LoraRowKernels rows;
  private final @Nullable LoraPrefill prefill;
  private final @Nullable RowsLeft toRotate;
  private boolean rotates;

  /**
   * Those that are there; where those of rows are missing, twins stand in for all.
   *
   * @param prefill those of chunks, or null
   * @param toRotate rows that are left to RoPE's own kernel; null where none is ever rotated here
   */
  LoraKernels(
      TorchOperators twins,
      @Nullable LoraRowKernels rows,
      @Nullable LoraPrefill prefill,
      @Nullable RowsLeft toRotate) {
    this.twins = twins;
    this.rows = rows;
    this.prefill = prefill;
    this.toRotate = toRotate;
  }

  boolean isKernel() {
    return rows != null;
  }

  /** Has plans sent anew, even where they are as those before. */
  void reset() {
    if (rows != null) {
      rows.reset();
    }
  }

  void prepare(Step step) {
    if (rows == null) {
      return;
    }
    StepRows of = step.rows();
    rows.prepare(of, few(of));
    if (prefill != null) {
      prefill.prepare(of);
    }
    boolean hasChunks = prefill != null && prefill.has(LoraSite.QKV);
    boolean hasRows = of.touches(LoraSite.QKV.group()) && rows.rotates();
    rotates = toRotate != null && (hasChunks || hasRows);
    if (rotates) {
      leave(step, requireNonNull(toRotate), hasRows);
    }
  }

  /** Segments that do not go through the kernels of chunks. */
  private List<StepRows.Segment> few(StepRows step) {
    return step.segments().stream().filter(segment -> !isChunk(step, segment)).toList();
  }

  private boolean isChunk(StepRows step, StepRows.Segment segment) {
    return prefill != null && LoraPrefill.takes(step, segment);
  }

  /**
   * Notes and sends the rows that are left to RoPE's own kernel.
   *
   * @param hasRows whether single-token rows are rotated here
   */
  private void leave(Step step, RowsLeft left, boolean hasRows) {
    left.begin(step.rows());
    for (StepRows.Segment segment : step.rows().segments()) {
      if (segment.adapter().rows(LoraSite.QKV.group()) != null
          && (hasRows || isChunk(step.rows(), segment))) {
        left.remove(segment);
      }
    }
    left.send(step);
  }

  /** What recorded steps differ by in the launches of a group. */
  int variantOf(ModuleGroup group) {
    boolean leavesNone =
        group == LoraSite.QKV.group() && rotates && requireNonNull(toRotate).count() == 0;
    return requireNonNull(rows).variantOf(group) * 2 + (leavesNone ? 1 : 0);
  }

  void run(Step step, int layer, LoraSite site) {
    if (rows == null) {
      twins.lora(step, layer, site);
      return;
    }
    rows.run(layer, site);
    if (prefill != null) {
      prefill.run(layer, site);
    }
  }

  /** Whether rows of the step that was prepared last are rotated with their updates. */
  boolean rotates() {
    return rotates;
  }

  /**
   * Updates q, k and v and rotates rows; returns those that are left. Only where it rotates any.
   */
  RowsLeft runAndRope(int layer) {
    requireNonNull(rows).runAndRope(layer);
    if (prefill != null) {
      prefill.runAndRope(layer);
    }
    return requireNonNull(toRotate);
  }
}
