package io.chameleon.adapter.pool;

import io.chameleon.adapter.AdapterLease.Loan;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the pool takes for a sequence whose adapter is resident: a request, a loan and its end.
 * {@code make jmh} prints time and heap bytes of each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(3)
public class AcquireBenchmark {

  private final AcquiredPool resident = new AcquiredPool();

  /** Other sequences have it: one more is counted. */
  @Benchmark
  public Loan running() {
    return resident.acquire(resident.running);
  }

  /** Nobody has it: rows are taken in the windows, which grow for it, and given back. */
  @Benchmark
  public Loan idle() {
    return resident.acquire(resident.idle);
  }
}
