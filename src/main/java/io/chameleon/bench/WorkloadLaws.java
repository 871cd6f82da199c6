package io.chameleon.bench;

import io.chameleon.workload.ArrivalLaw;
import io.chameleon.workload.BurstArrivals;
import io.chameleon.workload.ClientPopularity;
import io.chameleon.workload.DiurnalArrivals;
import io.chameleon.workload.DriftingPopularity;
import io.chameleon.workload.GammaArrivals;
import io.chameleon.workload.LocalPopularity;
import io.chameleon.workload.PlaceLaw;
import io.chameleon.workload.PoissonArrivals;
import io.chameleon.workload.PopularityLaw;
import io.chameleon.workload.PowerPopularity;
import io.chameleon.workload.RankedPopularity;
import io.chameleon.workload.UniformPopularity;
import io.chameleon.workload.ZipfPopularity;

/**
 * The laws of a workload by their names on the command line, each with one number that can follow
 * after a colon, as in {@code gamma:3}.
 */
final class WorkloadLaws {

  static final String USAGE =
      """
        --arrivals NAME   poisson (default); gamma:CV, coefficient of variation, 3; bursts:F, F times
                          the rate for 10 s of each minute, 5; diurnal:A, up and down by A in 10
                          minutes, 0.8
        --popularity NAME of the adapters of a rank: zipf:S (default 1), power:A (S-LoRA's, 0.3),
                          uniform; or of all: drift:S, Zipf's law that moves by ten adapters a
                          minute, 1; clients:P, the shares of a production trace's clients, each
                          request with probability P for one of the last 32 adapters, 0.5\
      """;

  private static final double BURST_SECONDS = 10;

  private static final double BURST_PERIOD = 60;

  private static final double DAY_SECONDS = 600;

  private static final double DRIFT_SECONDS = 60;

  private static final int DRIFT_STEP = 10;

  private static final int RECENT = 32;

  private WorkloadLaws() {}

  /**
   * The arrivals of this name.
   *
   * @throws IllegalArgumentException if there are none, or the number does not fit
   */
  static ArrivalLaw arrivals(String text) {
    return switch (name(text)) {
      case "poisson" -> new PoissonArrivals();
      case "gamma" -> new GammaArrivals(number(text, 3));
      case "bursts" -> new BurstArrivals(number(text, 5), 0, BURST_SECONDS, BURST_PERIOD);
      case "diurnal" -> new DiurnalArrivals(number(text, 0.8), DAY_SECONDS);
      default ->
          throw new IllegalArgumentException(
              "no arrivals '%s'; there are poisson, gamma, bursts and diurnal".formatted(text));
    };
  }

  /**
   * The popularity of this name.
   *
   * @throws IllegalArgumentException if there is none, or the number does not fit
   */
  static PopularityLaw popularity(String text) {
    return switch (name(text)) {
      case "zipf" -> inEachRank(new ZipfPopularity(number(text, 1)));
      case "power" -> inEachRank(new PowerPopularity(number(text, 0.3)));
      case "uniform" -> new UniformPopularity();
      case "drift" ->
          new DriftingPopularity(
              new ZipfPopularity(number(text, 1)),
              new DriftingPopularity.EverySeconds(DRIFT_SECONDS),
              DRIFT_STEP);
      case "clients" -> new LocalPopularity(new ClientPopularity(), number(text, 0.5), RECENT);
      default ->
          throw new IllegalArgumentException(
              "no popularity '%s'; there are zipf, power, uniform, drift and clients"
                  .formatted(text));
    };
  }

  /** Ranks are asked for equally often, as in the Chameleon paper. */
  private static PopularityLaw inEachRank(PlaceLaw law) {
    return new RankedPopularity(new UniformPopularity(), law);
  }

  private static String name(String text) {
    int colon = text.indexOf(':');
    return colon < 0 ? text : text.substring(0, colon);
  }

  private static double number(String text, double usual) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return usual;
    }
    try {
      return Double.parseDouble(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s: what follows the colon must be a number".formatted(text), e);
    }
  }
}
