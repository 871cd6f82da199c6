package io.chameleon.workload;

import java.util.stream.IntStream;

/**
 * As a real service's clients share its requests: the busiest eight have 29.9, 21.9, 10.7, 8.8,
 * 5.7, 5.3, 4.2 and 3.5 %, those after them a tail by a power of the place. More adapters than the
 * 43 clients lengthen the tail, fewer cut it.
 *
 * <p>The shares and the tail's exponent (largest likelihood) were computed from the rates of 43
 * clients over 14 days, {@code data/language/m-small} of alibaba/ServeGen, licensed Apache-2.0:
 * Xiang et al., ServeGen: Workload Characterization and Generation of Large Language Model Serving
 * in Production, 2025.
 */
public record ClientPopularity() implements PlaceLaw {

  private static final double[] BUSIEST = {29.88, 21.90, 10.72, 8.81, 5.68, 5.32, 4.18, 3.49};

  private static final double TAIL_PERCENT = 10.02;

  private static final double TAIL_EXPONENT = 3.05;

  /** Clients in the data. */
  private static final int CLIENTS = 43;

  @Override
  public double[] weights(int places) {
    double unit =
        TAIL_PERCENT / IntStream.range(BUSIEST.length, CLIENTS).mapToDouble(this::tail).sum();
    return IntStream.range(0, places)
        .mapToDouble(k -> k < BUSIEST.length ? BUSIEST[k] : unit * tail(k))
        .toArray();
  }

  private double tail(int place) {
    return Math.pow(place + 1, -TAIL_EXPONENT);
  }
}
