package io.chameleon.serving;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.scheduling.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What others want done by the engine thread, to which scheduler and adapter pool belong. Any
 * thread submits; the engine thread does all that is there at the start of each pass. Safe for use
 * by many threads; no lock is held while a command runs.
 */
public final class EngineCommands {

  /** Commands that may wait; they come from administrators and from those who look, so few do. */
  static final int CAPACITY = 256;

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Runnable wake;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Queue<Command<?>> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private @Nullable RuntimeException end;

  /**
   * Nothing waits yet.
   *
   * @param wake sees that the engine thread makes a pass soon
   */
  EngineCommands(Runnable wake) {
    this.wake = wake;
  }

  /**
   * Has something done on the engine thread, between two steps.
   *
   * @param work quick, and never waits; whatever it throws is taken for a fault of the service
   * @return what the work gave, completed on the engine thread, so whoever goes on from there must
   *     be quick or change threads; fails with {@link ServiceUnavailableException} if the engine
   *     has ended or too many wait
   */
  public <T> CompletableFuture<T> submit(Function<? super Scheduler, ? extends T> work) {
    Command<T> command = new Command<>(work, new CompletableFuture<>());
    synchronized (lock) {
      if (end != null) {
        return CompletableFuture.failedFuture(end);
      }
      if (waiting.size() == CAPACITY) {
        return CompletableFuture.failedFuture(
            new ServiceUnavailableException(
                "%d commands wait for the engine; no more are taken.".formatted(CAPACITY), RETRY));
      }
      waiting.add(command);
    }
    wake.run();
    return command.answer;
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    synchronized (lock) {
      return waiting.isEmpty();
    }
  }

  /**
   * Does all that waits; for the engine thread.
   *
   * @throws RuntimeException what a command threw, after all have been done
   */
  void runAll(Scheduler scheduler) {
    RuntimeException fault = null;
    for (Command<?> command : takeAll()) {
      try {
        command.run(scheduler);
      } catch (RuntimeException e) {
        fault = e;
      }
    }
    if (fault != null) {
      throw fault;
    }
  }

  /** Fails what waits, and all that comes from now on. */
  void end(RuntimeException cause) {
    List<Command<?>> late;
    synchronized (lock) {
      end = cause;
      late = takeAll();
    }
    late.forEach(command -> command.answer.completeExceptionally(cause));
  }

  private List<Command<?>> takeAll() {
    synchronized (lock) {
      if (waiting.isEmpty()) {
        return List.of();
      }
      List<Command<?>> taken = List.copyOf(waiting);
      waiting.clear();
      return taken;
    }
  }

  /** What is to be done, and who is told what came of it. */
  private record Command<T>(
      Function<? super Scheduler, ? extends T> work, CompletableFuture<T> answer) {

    void run(Scheduler scheduler) {
      T done;
      try {
        done = work.apply(scheduler);
      } catch (RuntimeException fault) {
        answer.completeExceptionally(fault);
        throw fault;
      }
      answer.complete(done);
    }
  }
}
