package io.chameleon.simulation;

import io.chameleon.simulation.CoordinateSearch.Parameter;
import io.chameleon.simulation.LoadFit.Knob;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What the figures of the Chameleon paper do not measure alone: the costs of decode. Each is looked
 * for between nothing and several times what the A40's 696 GB/s of memory make of it.
 */
public final class DecodeKnobs {

  private static final Parameter FIXED = new Parameter("decode.fixed-ms", 24, 2, 15, 35);

  private static final Parameter PER_ROW = new Parameter("decode.per-row-ms", 0.1, 0.1, 0, 3);

  private static final Parameter PER_CONTEXT_TOKEN =
      new Parameter("decode.per-context-token-ms", 0.00075, 0.0005, 0, 0.01);

  private static final Parameter PER_RANK =
      new Parameter("decode.per-rank-ms", 0.003, 0.003, 0, 0.1);

  private DecodeKnobs() {}

  /** All four terms. */
  public static List<Knob> all() {
    return List.of(
        knob(FIXED, (c, ms) -> decode(ms, c.perRow(), c.perContextToken(), c.perRank())),
        knob(PER_ROW, (c, ms) -> decode(c.fixedMs(), ms, c.perContextToken(), c.perRank())),
        knob(PER_CONTEXT_TOKEN, (c, ms) -> decode(c.fixedMs(), c.perRow(), ms, c.perRank())),
        knob(PER_RANK, (c, ms) -> decode(c.fixedMs(), c.perRow(), c.perContextToken(), ms)));
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

  private static StepCost.Decode decode(
      double fixedMs, double perRow, double perContextToken, double perRank) {
    return new StepCost.Decode(fixedMs, perRow, perContextToken, perRank);
  }
}
