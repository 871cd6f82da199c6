package io.chameleon.engine.cuda;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A batch in the order of its rows: sequences with a single token first, those of one adapter side
 * by side, so that its weights are read once; then prefill chunks.
 */
final class StepRows {

  /** What rows are of, and so which kernels they go through. */
  enum Kind {
    /** Anything: single tokens go one way, chunks of several the other. */
    MIXED,

    /** Tokens of prompts alone: each goes the way of chunks, by itself too. */
    PROMPT,

    /**
     * Generated tokens alone: each goes the way of single ones, among others of its sequence too.
     */
    GENERATED
  }

  /**
   * Neighbouring rows of one adapter.
   *
   * @param first row
   * @param end row after the last
   * @param adapter theirs
   */
  record Segment(int first, int end, ResidentAdapter adapter) {

    /** Rows of the step. */
    int count() {
      return end - first;
    }
  }

  private final Kind kind;
  private final List<SequenceStep> steps;
  private final int[] places;
  private final int decodeRows;
  private final int rows;
  private final int wanted;
  private final List<Segment> segments = new ArrayList<>();

  StepRows(Batch batch) {
    this(batch, Kind.MIXED);
  }

  private StepRows(Batch batch, Kind kind) {
    this.kind = kind;
    List<SequenceStep> given = batch.sequences();
    Integer[] order = new Integer[given.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    java.util.Arrays.sort(order, Comparator.comparing(given::get, order()));
    this.steps = new ArrayList<>(order.length);
    this.places = new int[order.length];
    int decode = 0;
    int all = 0;
    int sampled = 0;
    for (int i = 0; i < order.length; i++) {
      SequenceStep step = given.get(order[i]);
      places[i] = order[i];
      steps.add(step);
      decode += isSingle(step) ? 1 : 0;
      sampled += step.sampler() == null ? 0 : 1;
      addSegment(step, all);
      all += step.count();
    }
    this.decodeRows = decode;
    this.rows = all;
    this.wanted = sampled;
  }

  /**
   * Rows of a batch in which no row may depend on the others.
   *
   * @param batch of prompts' tokens alone, or of generated ones alone, see {@link Passes}
   */
  static StepRows ofOneKind(Batch batch) {
    boolean isPrompt = batch.sequences().getFirst().promptCount() > 0;
    return new StepRows(batch, isPrompt ? Kind.PROMPT : Kind.GENERATED);
  }

  /** Other sequences of the same kind. */
  StepRows with(List<SequenceStep> others) {
    return new StepRows(new Batch(others), kind);
  }

  private Comparator<SequenceStep> order() {
    return Comparator.comparingInt((SequenceStep step) -> isSingle(step) ? 0 : 1)
        .thenComparingInt(StepRows::adapterCell);
  }

  /** Whether a sequence's row goes the way of single tokens wherever there are two. */
  private boolean isSingle(SequenceStep step) {
    return step.count() == 1 && kind != Kind.PROMPT;
  }

  private void addSegment(SequenceStep step, int first) {
    ResidentAdapter adapter = step.adapter();
    if (adapter == null) {
      return;
    }
    Segment before = segments.isEmpty() ? null : segments.getLast();
    int end = first + step.count();
    if (before != null
        && isSingle(step)
        && before.end() == first
        && before.adapter().equals(adapter)) {
      segments.set(segments.size() - 1, new Segment(before.first(), end, adapter));
    } else {
      segments.add(new Segment(first, end, adapter));
    }
  }

  private static int adapterCell(SequenceStep step) {
    ResidentAdapter adapter = step.adapter();
    if (adapter == null) {
      return -1;
    }
    return adapter.requirePlace().startCell();
  }

  Kind kind() {
    return kind;
  }

  /** The sequences in the order of their rows. */
  List<SequenceStep> steps() {
    return steps;
  }

  /** Where the sequence at this index stood in the batch. */
  int place(int index) {
    return places[index];
  }

  /** Sequences with a single token that goes the way of single ones. */
  int decodeRows() {
    return decodeRows;
  }

  /** All rows. */
  int rows() {
    return rows;
  }

  /** Rows whose logits are wanted. */
  int wanted() {
    return wanted;
  }

  /** Whether all sequences have a single token that goes the way of single ones. */
  boolean isDecode() {
    return decodeRows == rows;
  }

  /** Whether there are chunks whose attention is that of prompts. */
  boolean hasPrompts() {
    return kind != Kind.GENERATED && !isDecode();
  }

  /** Rows with an adapter. */
  List<Segment> segments() {
    return segments;
  }

  /** Whether an adapter of the step has modules of this group. */
  boolean touches(ModuleGroup group) {
    for (Segment segment : segments) {
      if (segment.adapter().rows(group) != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * First row, rows, first cell and length of each sequence, from one on.
   *
   * @param from index of the first sequence
   */
  long[] sequences(int from) {
    long[] numbers = new long[(steps.size() - from) * 4];
    int row = from == 0 ? 0 : decodeRows;
    for (int i = from; i < steps.size(); i++) {
      SequenceStep step = steps.get(i);
      int at = (i - from) * 4;
      numbers[at] = row;
      numbers[at + 1] = step.count();
      numbers[at + 2] = step.kv().start();
      numbers[at + 3] = step.position() + (long) step.count();
      row += step.count();
    }
    return numbers;
  }
}
