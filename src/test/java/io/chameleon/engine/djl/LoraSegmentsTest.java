package io.chameleon.engine.djl;

import static io.chameleon.engine.djl.Steps.attention;
import static io.chameleon.engine.djl.Steps.decode;
import static io.chameleon.engine.djl.Steps.mlp;
import static io.chameleon.engine.djl.Steps.prefill;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.djl.LoraSegments.Segment;
import io.chameleon.memory.CellRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LoraSegmentsTest {

  @Test
  void baseRows_alone_haveNoSegment() {
    assertThat(attentionOf(decode(null, 0, 1), prefill(null, 9, 4, true))).isEmpty();
  }

  @Test
  void decodeRows_ofNeighbours_shareASegmentUnderAMask() {
    List<Segment> segments =
        attentionOf(decode(attention(0, 2), 0, 1), decode(attention(3, 1), 9, 1));

    assertThat(segments).hasSize(1);
    check(segments.getFirst(), 0, 2, 0, 4);
    assertThat(segments.getFirst().mask()).containsExactly(2, 2, 0, 0, 0, 0, 0, 2);
  }

  @Test
  void decodeRows_ofTheSameAdapter_shareItsRows() {
    List<Segment> segments =
        attentionOf(decode(attention(4, 2), 0, 1), decode(attention(4, 2), 9, 1));

    assertThat(segments).hasSize(1);
    check(segments.getFirst(), 0, 2, 4, 6);
    assertThat(segments.getFirst().mask()).containsExactly(2, 2, 2, 2);
  }

  @Test
  void decodeRows_scalings_areEachAdaptersOwn() {
    List<Segment> segments = mlpOf(decode(mlp(0, 1, 0.5f), 0, 1), decode(mlp(1, 2, -3), 9, 1));

    assertThat(segments.getFirst().mask()).containsExactly(0.5f, 0, 0, 0, -3, -3);
  }

  @Test
  void baseRows_beforeAndAfterTheOthers_areLeftOut() {
    List<Segment> segments =
        attentionOf(decode(null, 0, 1), decode(attention(4, 2), 9, 1), decode(null, 18, 1));

    assertThat(segments).hasSize(1);
    check(segments.getFirst(), 1, 2, 4, 6);
  }

  @Test
  void adapterWithoutTheGroup_betweenOthers_isMasked() {
    ResidentAdapter low = new ResidentAdapter("l", 2, new RowRange(0, 1), new RowRange(0, 1));
    ResidentAdapter none = new ResidentAdapter("n", 2, new RowRange(1, 1), null);
    ResidentAdapter high = new ResidentAdapter("h", 3, new RowRange(2, 1), new RowRange(1, 1));
    List<Segment> segments =
        mlpOf(decode(low, 0, 1), decode(none, 9, 1), decode(high, 18, 1), decode(null, 27, 1));

    assertThat(segments).hasSize(1);
    check(segments.getFirst(), 0, 3, 0, 2);
    assertThat(segments.getFirst().mask()).containsExactly(2, 0, 0, 0, 0, 3);
  }

  @Test
  void decodeRows_with64UnusedRowsBetween_share() {
    List<Segment> segments =
        attentionOf(decode(attention(0, 4), 0, 1), decode(attention(68, 4), 9, 1));

    assertThat(segments).hasSize(1);
    check(segments.getFirst(), 0, 2, 0, 72);
  }

  @Test
  void decodeRows_with65UnusedRowsBetween_areApart() {
    List<Segment> segments =
        attentionOf(decode(attention(0, 4), 0, 1), decode(attention(69, 4), 9, 1));

    assertThat(segments).hasSize(2);
    check(segments.get(0), 0, 1, 0, 4);
    check(segments.get(1), 1, 2, 69, 73);
    assertThat(segments.get(1).mask()).containsExactly(2, 2, 2, 2);
  }

  @Test
  void prefillChunks_haveASegmentEachOverTheirOwnRows() {
    List<Segment> segments =
        attentionOf(
            prefill(attention(0, 2), 0, 3, true),
            prefill(null, 9, 5, true),
            prefill(attention(0, 2), 20, 2, false),
            decode(attention(2, 1), 30, 1));

    assertThat(segments).hasSize(3);
    check(segments.get(0), 0, 1, 2, 3);
    check(segments.get(1), 1, 4, 0, 2);
    check(segments.get(2), 9, 11, 0, 2);
    assertThat(segments.get(1).mask()).containsExactly(2);
    assertThat(segments.get(2).mask()).containsExactly(2);
  }

  /** Whatever the batch: summed over segments, a row sees its own window rows and no others. */
  @Test
  void randomBatches_everyRow_seesItsOwnRowsOnce() {
    long seed = 20261124;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      List<SequenceStep> steps = randomSteps(random);
      StepLayout layout = new StepLayout(new Batch(steps));
      for (ModuleGroup group : ModuleGroup.values()) {
        List<Segment> segments = LoraSegments.of(group, layout.steps, layout.decodeRows);
        checkCoverage(group, layout, segments);
      }
    }
  }

  private static void checkCoverage(ModuleGroup group, StepLayout layout, List<Segment> segments) {
    float[][] seen = new float[layout.ids.length][300];
    for (Segment segment : segments) {
      int width = segment.endRow() - segment.firstRow();
      for (int t = segment.firstToken(); t < segment.endToken(); t++) {
        for (int r = 0; r < width; r++) {
          float[] mask = segment.mask();
          int index = mask.length == 1 ? 0 : (t - segment.firstToken()) * width + r;
          seen[t][segment.firstRow() + r] += mask[index];
        }
      }
    }
    int token = 0;
    for (SequenceStep step : layout.steps) {
      float[] wanted = new float[300];
      ResidentAdapter adapter = step.adapter();
      RowRange rows = adapter == null ? null : adapter.rows(group);
      if (adapter != null && rows != null) {
        Arrays.fill(wanted, rows.first(), rows.end(), adapter.scaling());
      }
      for (int i = 0; i < step.count(); i++) {
        assertThat(seen[token++]).isEqualTo(wanted);
      }
    }
  }

  private static List<SequenceStep> randomSteps(Random random) {
    List<ResidentAdapter> adapters = new ArrayList<>();
    int attention = 0;
    int mlp = 0;
    for (int i = 0; i < 6; i++) {
      int rank = 1 + random.nextInt(16);
      attention += random.nextInt(2) * random.nextInt(30);
      mlp += random.nextInt(2) * random.nextInt(30);
      int kind = random.nextInt(3);
      adapters.add(
          new ResidentAdapter(
              "a" + i,
              1 + random.nextFloat(),
              kind == 0 ? null : new RowRange(attention, rank),
              kind == 1 ? null : new RowRange(mlp, rank)));
      attention += rank;
      mlp += rank;
    }
    Collections.shuffle(adapters, random);
    List<SequenceStep> steps = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(10); i++) {
      int pick = random.nextInt(8);
      ResidentAdapter adapter = pick < 6 ? adapters.get(pick) : null;
      int count = random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 1;
      steps.add(
          new SequenceStep(new int[count], 0, count, 0, new CellRun(i * 10, count), adapter, null));
    }
    return steps;
  }

  private static void check(
      Segment segment, int firstToken, int endToken, int firstRow, int endRow) {
    assertThat(
            List.of(segment.firstToken(), segment.endToken(), segment.firstRow(), segment.endRow()))
        .containsExactly(firstToken, endToken, firstRow, endRow);
  }

  private static List<Segment> attentionOf(SequenceStep... steps) {
    StepLayout layout = new StepLayout(new Batch(List.of(steps)));
    return LoraSegments.of(ModuleGroup.ATTENTION, layout.steps, layout.decodeRows);
  }

  private static List<Segment> mlpOf(SequenceStep... steps) {
    StepLayout layout = new StepLayout(new Batch(List.of(steps)));
    return LoraSegments.of(ModuleGroup.MLP, layout.steps, layout.decodeRows);
  }
}
