package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.simulation.Capacity.Bound;
import io.chameleon.simulation.Capacity.Point;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CapacityTest {

  private static final double OBJECTIVE = 5000;

  private static final Offset<Double> EXACT = within(1e-9);

  private static Capacity between(double... p99Seconds) {
    List<Point> points =
        IntStream.range(0, p99Seconds.length)
            .mapToObj(i -> new Point(8 + 0.5 * i, 1000 * p99Seconds[i]))
            .toList();
    return Capacity.between(points.reversed(), OBJECTIVE);
  }

  @Test
  void between_slorasPointsInThePaper_crossWhereThePaperSays() {
    Capacity capacity = between(1.94, 2.54, 10.9);

    assertThat(capacity.bound()).isEqualTo(Bound.FOUND);
    assertThat(capacity.requestsPerSecond()).isCloseTo(8.5 + 0.5 * 2.46 / 8.36, EXACT);
  }

  @Test
  void between_secondCrossing_isNotLookedAt() {
    assertThat(between(1, 9, 1, 9).requestsPerSecond()).isCloseTo(8.25, EXACT);
  }

  @Test
  void between_pointsAllUnder_areALowerBound() {
    assertThat(between(1, 2, 5)).isEqualTo(new Capacity(9, Bound.AT_LEAST));
  }

  @Test
  void between_pointsAllOver_areAnUpperBound() {
    assertThat(between(5.1, 9, 20)).isEqualTo(new Capacity(8, Bound.LESS_THAN));
  }

  @Test
  void search_risingCurve_findsItsCrossing() {
    Capacity capacity = Capacity.search(rate -> 1000 * rate, OBJECTIVE, 1, 13, 0.01);

    assertThat(capacity.bound()).isEqualTo(Bound.FOUND);
    assertThat(capacity.requestsPerSecond()).isBetween(4.99, 5.0);
  }

  @Test
  void search_curveOnOneSide_saysSo() {
    assertThat(Capacity.search(rate -> 4999, OBJECTIVE, 1, 13, 0.01))
        .isEqualTo(new Capacity(13, Bound.AT_LEAST));
    assertThat(Capacity.search(rate -> 5001, OBJECTIVE, 1, 13, 0.01))
        .isEqualTo(new Capacity(1, Bound.LESS_THAN));
  }

  @Test
  void search_emptyRange_isRefused() {
    assertThatThrownBy(() -> Capacity.search(rate -> rate, OBJECTIVE, 3, 3, 0.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 3.0 to 3.0");
  }
}
