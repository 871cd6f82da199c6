package io.chameleon.scheduling.chameleon;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What came in the last T_refresh and how long requests ran, by weighted size, so that it can be
 * told what each class asks of the machine whatever the bounds of classes become. For one thread.
 */
final class TrafficHistory {

  /** Of the newest running time in the mean of its class; the paper does not give D's measure. */
  private static final double NEWEST = 0.1;

  private static final double NANOS_PER_SECOND = 1e9;

  private final SampleWindow arrivals = new SampleWindow(SizeWindow.CAPACITY);

  private final SampleWindow runs = new SampleWindow(SizeWindow.CAPACITY);

  private final long windowNanos;

  /** A history of nothing that looks so far back. */
  TrafficHistory(Duration window) {
    this.windowNanos = window.toNanos();
  }

  /** A request has come. */
  void arrived(double size, long tokens, long nowNanos) {
    arrivals.add(size, (double) tokens, nowNanos);
  }

  /** A request has ended that ran so long. */
  void ended(double size, long nanos, long nowNanos) {
    runs.add(size, nanos / NANOS_PER_SECOND, nowNanos);
  }

  /** What each class asks of the machine; a class of which none has ended takes all classes' D. */
  List<QueueDemand> demands(CutOffs cutOffs, long nowNanos) {
    arrivals.keepLast(windowNanos, nowNanos);
    int classes = cutOffs.classes();
    long[] largest = new long[classes];
    long[] count = new long[classes];
    arrivals.forEach((size, tokens) -> {
      int index = cutOffs.classOf(size);
      largest[index] = Math.max(largest[index], (long) tokens);
      count[index]++;
    });
    double[] means = meanSeconds(cutOffs);
    double spanSeconds = arrivals.spanNanos(windowNanos, nowNanos) / NANOS_PER_SECOND;
    List<QueueDemand> demands = new ArrayList<>();
    for (int i = 0; i < classes; i++) {
      double mean = Double.isNaN(means[i]) ? orZero(means[classes]) : means[i];
      demands.add(new QueueDemand(largest[i], mean, count[i] / spanSeconds));
    }
    return demands;
  }

  /** D of each class, and behind the last that of all together; NaN where none has ended. */
  private double[] meanSeconds(CutOffs cutOffs) {
    int classes = cutOffs.classes();
    double[] means = new double[classes + 1];
    Arrays.fill(means, Double.NaN);
    runs.forEach((size, seconds) -> {
      int index = cutOffs.classOf(size);
      means[index] = mixed(means[index], seconds);
      means[classes] = mixed(means[classes], seconds);
    });
    return means;
  }

  private static double mixed(double mean, double newest) {
    return Double.isNaN(mean) ? newest : mean + NEWEST * (newest - mean);
  }

  private static double orZero(double mean) {
    return Double.isNaN(mean) ? 0 : mean;
  }
}
