package io.chameleon.simulation;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Makes many runs, as many at once as there are cores. A run is on one thread and alone with its
 * virtual clock, so what it gives does not depend on what runs beside it. Of each result only what
 * is asked for is kept: a whole one has a record for every request.
 */
public final class Sweep implements AutoCloseable {

  private final ExecutorService workers;

  private final SweepProgress progress;

  private int finished;

  /**
   * A sweep.
   *
   * @param threads runs at once, at least 1
   * @param progress hears of each run that ends
   */
  public Sweep(int threads, SweepProgress progress) {
    this.workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("sweep-", 0).factory());
    this.progress = progress;
  }

  /** A sweep on all cores. */
  public static Sweep onAllCores(SweepProgress progress) {
    return new Sweep(Runtime.getRuntime().availableProcessors(), progress);
  }

  /**
   * Makes all runs; the first that fails stops those that have not begun.
   *
   * @param keep takes from a result what is needed of it; called on the thread of the run
   * @return what was kept, in the order of the runs
   * @throws IllegalStateException naming the run that failed
   */
  public <R> List<R> run(List<SweepRun> runs, Function<SimulationResult, R> keep) {
    return perform(
        runs.stream()
            .map(run ->
                new SweepTask<>(run.label(), () -> keep.apply(Simulation.run(run.setup().get()))))
            .toList());
  }

  /**
   * Does all tasks; the first that fails stops those that have not begun.
   *
   * @return what they give, in their order
   * @throws IllegalStateException naming the task that failed
   */
  public <R> List<R> perform(List<SweepTask<R>> tasks) {
    synchronized (this) {
      finished = 0;
    }
    List<CompletableFuture<R>> results =
        tasks.stream()
            .map(task -> CompletableFuture.supplyAsync(() -> one(task, tasks.size()), workers))
            .toList();
    try {
      return results.stream().map(CompletableFuture::join).toList();
    } catch (CompletionException e) {
      results.forEach(result -> result.cancel(false));
      throw e.getCause() instanceof IllegalStateException failure ? failure : e;
    }
  }

  private <R> R one(SweepTask<R> task, int all) {
    R given;
    try {
      given = task.work().get();
    } catch (RuntimeException e) {
      throw new IllegalStateException("the run %s failed".formatted(task.label()), e);
    }
    ended(all, task.label());
    return given;
  }

  private synchronized void ended(int all, String label) {
    finished++;
    progress.ended(finished, all, label);
  }

  /** Ends the workers; runs that go on are left to end by themselves. */
  @Override
  public void close() {
    workers.shutdownNow();
  }
}
