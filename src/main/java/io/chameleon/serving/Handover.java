package io.chameleon.serving;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a thread hands over to others in the course of some work, in one piece for each of them at
 * its end. A step gives a token to each of its streams, and to wake an event loop for each token
 * took longer than all the rest of the engine thread's work between two steps; so each is woken
 * once a step.
 */
public final class Handover {

  private static final Logger log = LoggerFactory.getLogger(Handover.class);

  private static final ScopedValue<Map<Executor, List<Runnable>>> OPEN = ScopedValue.newInstance();

  private Handover() {}

  /**
   * Does some work, then hands over what it has given to {@link #execute}, in the order in which it
   * was given; also if the work throws.
   */
  static void together(Runnable work) {
    Map<Executor, List<Runnable>> open = new LinkedHashMap<>();
    try {
      ScopedValue.where(OPEN, open).run(work);
    } finally {
      open.forEach(Handover::handOver);
    }
  }

  /**
   * Has an executor run a task: at once, or at the end of the work that this thread is doing {@link
   * #together}.
   *
   * @throws RejectedExecutionException if it is given at once, and the executor does not take it
   */
  public static void execute(Executor executor, Runnable task) {
    if (OPEN.isBound()) {
      OPEN.get().computeIfAbsent(executor, _ -> new ArrayList<>()).add(task);
    } else {
      executor.execute(task);
    }
  }

  /** An executor that takes nothing any more has ended, and its readers with it. */
  private static void handOver(Executor executor, List<Runnable> tasks) {
    try {
      executor.execute(() -> tasks.forEach(Handover::run));
    } catch (RejectedExecutionException e) {
      log.warn("{} tasks were not taken by {}, which has ended", tasks.size(), executor);
      log.debug("They were refused here", e);
    } catch (RuntimeException e) {
      log.error("{} tasks were not taken by {}", tasks.size(), executor, e);
    }
  }

  /** One that throws is nobody else's matter. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("A task that was handed over has failed", e);
    }
  }
}
