package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CutOffsTest {

  private static final double ELBOW_CUT = 0.55;

  /** What the Azure conversation trace gives: each further cluster cuts 71, 61 and 52 %. */
  private static final List<Clustering> CONVERSATIONS = byCount(106.1, 30.4, 11.9, 5.7);

  @Test
  void paper_ofFallingSums_takesTheMost() {
    assertThat(ClassCountRule.PAPER.choose(CONVERSATIONS, ELBOW_CUT).clusters()).isEqualTo(4);
  }

  @Test
  void elbow_ofFallingSums_stopsWhereOneMoreCutsTooLittle() {
    assertThat(ClassCountRule.ELBOW.choose(CONVERSATIONS, ELBOW_CUT).clusters()).isEqualTo(3);
    assertThat(ClassCountRule.ELBOW.choose(CONVERSATIONS, 0.65).clusters()).isEqualTo(2);
    assertThat(ClassCountRule.ELBOW.choose(CONVERSATIONS, 0.8).clusters()).isEqualTo(1);
    assertThat(ClassCountRule.ELBOW.choose(CONVERSATIONS, 0.5).clusters()).isEqualTo(4);
  }

  @Test
  void rules_ofEqualSizes_takeOneClass() {
    List<Clustering> one = KMeans.clusterings(new double[] {2, 2, 2}, 4);

    assertThat(ClassCountRule.PAPER.choose(one, ELBOW_CUT).clusters()).isEqualTo(1);
    assertThat(ClassCountRule.ELBOW.choose(one, ELBOW_CUT).clusters()).isEqualTo(1);
  }

  @Test
  void cutOffs_ofCentroids_areMidpoints() {
    // (2 + 11) / 2 and (11 + 50) / 2
    CutOffs cuts = CutOffs.between(new Clustering(List.of(2.0, 11.0, 50.0), 4));

    assertThat(cuts.values()).containsExactly(6.5, 30.5);
    assertThat(cuts.classes()).isEqualTo(3);
  }

  @Test
  void size_atACutOff_isOfTheClassAbove() {
    CutOffs cuts = CutOffs.between(new Clustering(List.of(2.0, 11.0, 50.0), 4));

    assertThat(cuts.classOf(0)).isZero();
    assertThat(cuts.classOf(Math.nextDown(6.5))).isZero();
    assertThat(cuts.classOf(6.5)).isEqualTo(1);
    assertThat(cuts.classOf(Math.nextDown(30.5))).isEqualTo(1);
    assertThat(cuts.classOf(30.5)).isEqualTo(2);
    assertThat(cuts.classOf(1e9)).isEqualTo(2);
  }

  @Test
  void cutOffs_ofOneCentroid_areNone() {
    CutOffs cuts = CutOffs.between(new Clustering(List.of(2.0), 0));

    assertThat(cuts.classes()).isEqualTo(1);
    assertThat(cuts.classOf(1e9)).isZero();
    assertThat(CutOffs.NONE.classOf(0)).isZero();
  }

  @Test
  void equalRanges_ofFour_areQuarters() {
    CutOffs cuts = CutOffs.equalRanges(4, 2);

    assertThat(cuts.values()).containsExactly(0.5, 1.0, 1.5);
    assertThat(cuts.classOf(1.7)).isEqualTo(3);
    assertThat(cuts.classOf(9)).isEqualTo(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CutOffs.equalRanges(0, 2))
        .withMessageContaining("0 classes");
  }

  private static List<Clustering> byCount(double... sums) {
    return IntStream.range(0, sums.length)
        .mapToObj(i ->
            new Clustering(IntStream.rangeClosed(0, i).mapToObj(c -> (double) c).toList(), sums[i]))
        .toList();
  }
}
