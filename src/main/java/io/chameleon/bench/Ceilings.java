package io.chameleon.bench;

import io.chameleon.engine.djl.MachineProbe;

/**
 * What the machine itself can do, measured again in every group of cases: a busy or throttled
 * machine changes within minutes, and a ratio is true only of two numbers of the same time. For the
 * thread that made it.
 */
final class Ceilings implements AutoCloseable {

  static final String PRODUCT = "fp32-matrix-product";

  static final String READ = "memory-read";

  static final String SMALL_READ = "memory-read-weight-sized";

  private static final int TRIALS = 3;

  private final MachineProbe probe;

  private final Effort effort;

  private final long weightBytes;

  private final Runnable product;

  private final Runnable read;

  private final Runnable smallRead;

  private final CeilingHistory history;

  /**
   * Prepares buffers and matrices.
   *
   * @param weightBytes what a decode step reads
   * @param history is told what was measured
   */
  Ceilings(BenchOptions options, long weightBytes, CeilingHistory history) {
    this.history = history;
    this.probe = MachineProbe.open(options.threads());
    this.effort = options.effort();
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
  CeilingRates rates(String phase, Timings times) {
    double flops = 2 * Math.pow(effort.matrixSize, 3) / times.seconds(PRODUCT);
    double readBytes = effort.bufferBytes / times.seconds(READ);
    double smallReadBytes = weightBytes / times.seconds(SMALL_READ);
    CeilingRates rates = new CeilingRates(phase, flops, readBytes, smallReadBytes);
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

  @Override
  public void close() {
    probe.close();
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
