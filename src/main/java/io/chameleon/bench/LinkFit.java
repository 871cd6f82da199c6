package io.chameleon.bench;

import io.chameleon.simulation.LeastSquares;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What it takes to bring an adapter from host memory to the device, as requests wait for it.
 *
 * @param latencyMs of each load
 * @param bytesPerSecond of its bytes
 * @param points what it was fitted to: the median wait for each rank
 */
record LinkFit(double latencyMs, double bytesPerSecond, List<Point> points) {

  private static final double MS_PER_SECOND = 1e3;

  private static final String HOST = "host";

  /** The median wait for adapters of a rank. */
  record Point(int rank, long bytes, double ms) {}

  /**
   * Asks for one adapter after the other, where few of them fit.
   *
   * @param rounds how often for each
   */
  static List<Point> measure(ProofStage stage, StreamingClient client, int rounds) {
    SortedMap<Integer, List<Double>> waits = new TreeMap<>();
    for (int round = 0; round < rounds; round++) {
      for (AdapterGenerator.Generated adapter : stage.adapters()) {
        ServedTiming timing = ServedTiming.of(client, stage.shortAsk(adapter.name()));
        if (timing.source().equals(HOST)) {
          waits.computeIfAbsent(adapter.rank(), any -> new ArrayList<>()).add(timing.adapterMs());
        }
      }
    }
    return waits.entrySet().stream()
        .map(each ->
            new Point(
                each.getKey(),
                stage.adapterBytes(each.getKey()),
                Timings.median(each.getValue().stream().mapToDouble(ms -> ms).toArray())))
        .toList();
  }

  /** Fits latency and rate; without a latency where it would be below 0. */
  static LinkFit of(List<Point> points) {
    double[] ms = points.stream().mapToDouble(Point::ms).toArray();
    double[] both =
        LeastSquares.relative(
            points.stream().map(p -> new double[] {1, p.bytes()}).toArray(double[][]::new), ms);
    if (both[0] >= 0 && both[1] > 0) {
      return new LinkFit(both[0], MS_PER_SECOND / both[1], points);
    }
    double[] rate =
        LeastSquares.relative(
            points.stream().map(p -> new double[] {p.bytes()}).toArray(double[][]::new), ms);
    return new LinkFit(0, MS_PER_SECOND / rate[0], points);
  }

  /** What a load takes. */
  double ms(long bytes) {
    return latencyMs + bytes / bytesPerSecond * MS_PER_SECOND;
  }
}
