package io.chameleon.simulation.paper;

import io.chameleon.simulation.paper.PaperRow.Verdict;
import io.chameleon.simulation.paper.PaperValues.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds our numbers against the paper's, by one rule for all. A number is <em>reproduced</em> if it
 * is within 15 points (cuts) or 15 % (others). It has the <em>same shape</em> if it is between half
 * and double the paper's, and stands to each number of the same curve, and to each at the same
 * place of the axis, as the paper's does: where the paper has one over the other by more than 5 %,
 * ours is over the other too, by 2 % or more.
 */
final class Judge {

  private static final double NEAR_POINTS = 15;

  private static final double NEAR_SHARE = 0.15;

  /** The paper's numbers are read from figures, and runs of it are not repeated. */
  private static final double PAPER_DIFFERENCE = 0.05;

  private static final double OUR_DIFFERENCE = 0.02;

  private static final double MOST_TIMES = 2;

  private static final double PERCENT = 100;

  private final PaperValues paper;

  private final Map<PaperCell, Double> ours;

  Judge(PaperValues paper, Map<PaperCell, Double> ours) {
    this.paper = paper;
    this.ours = ours;
  }

  /** All rows, in the order of our numbers. */
  List<PaperRow> rows() {
    return ours.keySet().stream().map(this::row).toList();
  }

  private PaperRow row(PaperCell cell) {
    Value value = paper.of(cell);
    double own = own(cell);
    if (value == null) {
      return new PaperRow(cell, null, own, Verdict.NO_PAPER, "");
    }
    String distance = distance(cell, value, own);
    if (isNear(cell, value, own)) {
      return new PaperRow(cell, value, own, Verdict.REPRODUCED, distance);
    }
    String broken = broken(cell, value, own);
    return broken == null
        ? new PaperRow(cell, value, own, Verdict.SAME_SHAPE, distance + "; orders hold")
        : new PaperRow(cell, value, own, Verdict.NOT, distance + "; " + broken);
  }

  /** What speaks against the same shape, or null. */
  private @Nullable String broken(PaperCell cell, Value value, double own) {
    if (own < value.number() / MOST_TIMES || own > value.number() * MOST_TIMES) {
      return "not between half and double";
    }
    List<PaperCell> telling =
        paper.cells().stream()
            .filter(ours::containsKey)
            .filter(cell::isBeside)
            .filter(other -> order(cell, other) != 0)
            .toList();
    if (telling.isEmpty()) {
      return "no other number of the paper to stand by";
    }
    return telling.stream()
        .filter(other -> !agrees(cell, other))
        .map(other -> disagreement(cell, other))
        .findFirst()
        .orElse(null);
  }

  private boolean isNear(PaperCell cell, Value value, double own) {
    if (value.isLeast()) {
      return own >= value.number();
    }
    double difference = Math.abs(own - value.number());
    return cell.isCut() ? difference <= NEAR_POINTS : difference <= NEAR_SHARE * value.number();
  }

  /** How the paper's number lies to another of the paper's: 1 over, -1 under, 0 about the same. */
  private int order(PaperCell cell, PaperCell other) {
    Value one = value(cell);
    Value two = value(other);
    if (one.isLeast() && two.isLeast()) {
      return 0;
    }
    return order(cell, one.number(), two.number(), PAPER_DIFFERENCE);
  }

  private boolean agrees(PaperCell cell, PaperCell other) {
    return order(cell, own(cell), own(other), OUR_DIFFERENCE) == order(cell, other);
  }

  private static int order(PaperCell cell, double one, double two, double share) {
    double scale = cell.isCut() ? PERCENT : Math.max(Math.abs(one), Math.abs(two));
    double difference = one - two;
    return Math.abs(difference) > share * scale ? (int) Math.signum(difference) : 0;
  }

  private String disagreement(PaperCell cell, PaperCell other) {
    return String.format(
        Locale.ROOT,
        "%s %s, where the paper has %.3g to %.3g and here %.3g to %.3g",
        order(cell, other) > 0 ? "not over" : "not under",
        other,
        value(cell).number(),
        value(other).number(),
        own(cell),
        own(other));
  }

  private static String distance(PaperCell cell, Value value, double own) {
    if (value.isLeast()) {
      return String.format(Locale.ROOT, "the figure ends at %.3g", value.number());
    }
    double difference = own - value.number();
    if (cell.isCut()) {
      return String.format(Locale.ROOT, "%+.1f points", difference);
    }
    return value.number() == 0
        ? String.format(Locale.ROOT, "%+.3g", difference)
        : String.format(Locale.ROOT, "%+.0f %%", PERCENT * difference / value.number());
  }

  private Value value(PaperCell cell) {
    return require(paper.of(cell), cell);
  }

  private double own(PaperCell cell) {
    return require(ours.get(cell), cell);
  }

  private static <T> T require(@Nullable T found, PaperCell cell) {
    if (found == null) {
      throw new IllegalStateException("no number for " + cell);
    }
    return found;
  }
}
