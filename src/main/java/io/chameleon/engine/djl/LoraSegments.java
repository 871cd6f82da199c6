package io.chameleon.engine.djl;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.engine.SequenceStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which window rows the rows of a step use, for one group of modules. Neighbouring decode rows
 * share a segment, a dense product under a mask, as long as their adapters stand close together in
 * the window; a prefill chunk has a segment of its own over its adapter's rows alone.
 */
final class LoraSegments {

  /** Window rows that a shared segment may span without using them; more cost more than a call. */
  private static final int MAX_UNUSED_ROWS = 64;

  /**
   * @param firstToken first row of the step
   * @param endToken row of the step after the last
   * @param firstRow first window row
   * @param endRow window row after the last
   * @param mask scalings, (rows of the step, window rows), or a single one for all
   */
  record Segment(int firstToken, int endToken, int firstRow, int endRow, float[] mask) {}

  private final ModuleGroup group;
  private final List<Segment> segments = new ArrayList<>();

  private LoraSegments(ModuleGroup group) {
    this.group = group;
  }

  /**
   * The segments of a step.
   *
   * @param steps in the order of their rows: single-token ones first
   * @param decodeRows how many of them have a single token
   */
  static List<Segment> of(ModuleGroup group, List<SequenceStep> steps, int decodeRows) {
    LoraSegments made = new LoraSegments(group);
    made.addDecode(steps.subList(0, decodeRows));
    made.addPrefill(steps.subList(decodeRows, steps.size()), decodeRows);
    return made.segments;
  }

  private void addDecode(List<SequenceStep> steps) {
    int start = 0;
    while (start < steps.size()) {
      RowRange first = rowsOf(steps.get(start));
      int end = start + 1;
      if (first != null) {
        Span span = new Span(first.first(), first.end(), first.count());
        int last = start;
        for (int t = end; t < steps.size(); t++) {
          RowRange rows = rowsOf(steps.get(t));
          Span wider = rows == null ? span : span.with(rows);
          if (wider.unused() > MAX_UNUSED_ROWS) {
            break;
          }
          span = wider;
          last = rows == null ? last : t;
        }
        end = last + 1;
        segments.add(masked(steps, start, end, span));
      }
      start = end;
    }
  }

  private Segment masked(List<SequenceStep> steps, int start, int end, Span span) {
    int width = span.end - span.first;
    float[] mask = new float[(end - start) * width];
    for (int t = start; t < end; t++) {
      SequenceStep step = steps.get(t);
      RowRange rows = rowsOf(step);
      if (rows != null && step.adapter() != null) {
        int from = (t - start) * width + rows.first() - span.first;
        Arrays.fill(mask, from, from + rows.count(), step.adapter().scaling());
      }
    }
    return new Segment(start, end, span.first, span.end, mask);
  }

  private void addPrefill(List<SequenceStep> steps, int firstToken) {
    int token = firstToken;
    for (SequenceStep step : steps) {
      ResidentAdapter adapter = step.adapter();
      RowRange rows = rowsOf(step);
      if (adapter != null && rows != null) {
        float[] scaling = {adapter.scaling()};
        int end = token + step.count();
        segments.add(new Segment(token, end, rows.first(), rows.end(), scaling));
      }
      token += step.count();
    }
  }

  private @Nullable RowRange rowsOf(SequenceStep step) {
    return step.adapter() == null ? null : step.adapter().rows(group);
  }

  /** Window rows from the first to the last used, and how many distinct ones are used. */
  private record Span(int first, int end, int used) {

    Span with(RowRange rows) {
      boolean inside = rows.first() >= first && rows.end() <= end;
      return new Span(
          Math.min(first, rows.first()),
          Math.max(end, rows.end()),
          inside ? used : used + rows.count());
    }

    int unused() {
      return end - first - used;
    }
  }
}
