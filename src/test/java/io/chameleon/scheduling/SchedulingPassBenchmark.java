package io.chameleon.scheduling;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one scheduling pass takes with 1,000 sequences running and 10,000 waiting, of which some ten
 * end, start and come in each: all that the engine thread does between two steps. {@code make jmh}
 * prints time and heap bytes of each policy ({@code gc.alloc.rate.norm}). 40 bytes of each row are
 * the {@link io.chameleon.engine.SequenceStep} that the engine is handed.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SchedulingPassBenchmark {

  /** The policy. */
  @Param public PolicyKind policy;

  /** By whom the service is shared. */
  @Param({"1", "100"})
  public int clients;

  private SteadyScheduler steady;

  /** Fills the batch and the queue, and lets the ends spread. */
  @Setup(Level.Trial)
  public void fill() {
    steady = new SteadyScheduler(policy.create(PolicySettings.DEFAULT), clients);
  }

  /** A batch is formed, and what the step gave is taken over. */
  @Benchmark
  public int pass() {
    return steady.pass();
  }

  /** The same after two were cancelled. */
  @Benchmark
  public int passAfterCancellations() {
    steady.endCancelled();
    return steady.pass();
  }
}
