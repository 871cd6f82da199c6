package io.chameleon.simulation;

import io.chameleon.simulation.CoordinateSearch.Parameter;
import io.chameleon.simulation.LoadFit.Knob;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What the figures of the Chameleon paper do not measure alone: the fixed cost of decode, which it
 * puts at about 27 ms, and the cost of a row. What a token of context and a rank of an adapter cost
 * follows from the bytes they take at the A40's 696 GB/s and is not fitted.
 */
public final class DecodeKnobs {

  private static final Parameter FIXED = new Parameter("decode.fixed-ms", 27, 2, 19, 30);

  private static final Parameter PER_ROW = new Parameter("decode.per-row-ms", 0.02, 0.02, 0, 1);

  private DecodeKnobs() {}

  /** Both terms. */
  public static List<Knob> all() {
    return List.of(
        knob(FIXED, (c, ms) -> decode(ms, c.perRow(), c)),
        knob(PER_ROW, (c, ms) -> decode(c.fixedMs(), ms, c)));
  }

  private static Knob knob(
      Parameter range, BiFunction<StepCost.Decode, Double, StepCost.Decode> turn) {
    return new Knob(
        range,
        (setup, value) -> {
          StepCost cost = setup.profile().stepCost();
          return setup.with(setup.profile().with(cost.with(turn.apply(cost.decode(), value))));
        });
  }

  private static StepCost.Decode decode(double fixedMs, double perRow, StepCost.Decode rest) {
    return new StepCost.Decode(fixedMs, perRow, rest.perContextToken(), rest.perRank());
  }
}
