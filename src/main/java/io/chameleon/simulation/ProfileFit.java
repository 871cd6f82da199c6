package io.chameleon.simulation;

import io.chameleon.simulation.PaperMeasurements.LoadPoint;
import io.chameleon.simulation.PaperMeasurements.PrefillPoint;
import java.util.List;

/** Costs that come closest to what was measured, by relative error. */
public final class ProfileFit {

  private static final double NANOS_PER_MS = 1e6;

  private static final double MS_PER_SECOND = 1e3;

  private ProfileFit() {}

  /** Cost of prefill, linear in tokens with a slope that is linear in the rank. */
  public static StepCost.Prefill prefill(List<PrefillPoint> points) {
    double[][] terms =
        points.stream()
            .map(p -> new double[] {1, p.tokens(), (double) p.tokens() * p.rank()})
            .toArray(double[][]::new);
    double[] fit =
        LeastSquares.relative(terms, points.stream().mapToDouble(PrefillPoint::ms).toArray());
    return new StepCost.Prefill(fit[0], fit[1], fit[2], 0);
  }

  /**
   * Cost of the link.
   *
   * @param timesSent how often each adapter was copied over it
   */
  public static LinkCost link(List<LoadPoint> points, SimulatedModel model, int timesSent) {
    double[][] terms =
        points.stream()
            .map(p -> new double[] {timesSent, (double) model.adapterBytes(p.rank()) * timesSent})
            .toArray(double[][]::new);
    double[] fit =
        LeastSquares.relative(terms, points.stream().mapToDouble(LoadPoint::ms).toArray());
    return new LinkCost(MS_PER_SECOND / fit[1], Math.round(fit[0] * NANOS_PER_MS), 0);
  }
}
