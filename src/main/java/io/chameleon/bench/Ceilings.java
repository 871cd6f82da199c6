package io.chameleon.bench;

import io.chameleon.engine.djl.MachineProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the machine itself can do, measured again in every group of cases: a busy or throttled
 * machine changes within minutes, and a ratio is true only of two numbers of the same time.
 */
final class Ceilings implements AutoCloseable {

  static final String PRODUCT = "fp32-matrix-product";

  static final String READ = "memory-read";

  static final String SMALL_READ = "memory-read-weight-sized";

  private static final int TRIALS = 3;

  /**
   * The ceilings at one time.
   *
   * @param phase what was measured then
   * @param flops floating-point operations a second in a large product
   * @param readBytes bytes a second that all threads read from a buffer beyond the caches
   * @param smallReadBytes bytes a second that they read from one as large as the weights
   */
  record Rates(String phase, double flops, double readBytes, double smallReadBytes) {}

  private final MachineProbe probe;

  private final Effort effort;

  private final long weightBytes;

  private final Runnable product;

  private final Runnable read;

  private final Runnable smallRead;

  private final List<Rates> history = new ArrayList<>();

  /**
   * Prepares buffers and matrices.
   *
   * @param weightBytes what a decode step reads
   */
  Ceilings(int threads, Effort effort, long weightBytes) {
    this.probe = MachineProbe.open(threads);
    this.effort = effort;
    this.weightBytes = weightBytes;
    this.product = faster(probe.product(effort.matrixSize), probe.packedProduct(effort.matrixSize));
    this.read = probe.read(effort.bufferBytes);
    this.smallRead = probe.read(weightBytes);
  }

  /** Lets the ceilings take their turns among the cases. */
  void join(Interleaved cases) {
    cases.add(PRODUCT, 1, product);
    cases.add(READ, 1, read);
    cases.add(SMALL_READ, effort.repeats, smallRead);
  }

  /** Reads the ceilings off the times of cases that they have joined. */
  Rates rates(String phase, Timings times) {
    double flops = 2 * Math.pow(effort.matrixSize, 3) / times.seconds(PRODUCT);
    double readBytes = effort.bufferBytes / times.seconds(READ);
    double smallReadBytes = weightBytes / times.seconds(SMALL_READ);
    Rates rates = new Rates(phase, flops, readBytes, smallReadBytes);
    history.add(rates);
    return rates;
  }

  /** Measures the ceilings by themselves. */
  void measure(String phase) {
    Interleaved alone = new Interleaved();
    join(alone);
    Timings times = alone.run(1, effort.rounds);
    rates(phase, times);
  }

  /** One row for each ceiling: the median over all phases. */
  List<ReportRow> rows() {
    return List.of(
        ReportRow.of(PRODUCT, median(Rates::flops) / 1e9, "GFLOP/s"),
        ReportRow.of(READ, median(Rates::readBytes) / 1e9, "GB/s"),
        ReportRow.of(SMALL_READ, median(Rates::smallReadBytes) / 1e9, "GB/s"));
  }

  /** A line for each phase, for people to see how steady the machine was. */
  List<String> drift() {
    return history.stream()
        .map(rates ->
            String.format(
                Locale.ROOT,
                "%-30s %7.1f GFLOP/s %7.1f GB/s %7.1f GB/s weight-sized",
                rates.phase(),
                rates.flops() / 1e9,
                rates.readBytes() / 1e9,
                rates.smallReadBytes() / 1e9))
        .toList();
  }

  @Override
  public void close() {
    probe.close();
  }

  private double median(ToDoubleFunction<Rates> rate) {
    return Timings.median(history.stream().mapToDouble(rate).toArray());
  }

  /** MKL and oneDNN differ by the make of the CPU. */
  private static Runnable faster(Runnable one, Runnable other) {
    Interleaved trial = new Interleaved();
    trial.add("one", 1, one);
    trial.add("other", 1, other);
    Timings times = trial.run(1, TRIALS);
    return times.millis("one") < times.millis("other") ? one : other;
  }
}
