package io.chameleon.scheduling.chameleon;

import io.chameleon.scheduling.Sequence;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the running sequences hold: tokens of the ledger, and adapters. An adapter is charged to the
 * first of those that run with it. For one thread.
 */
final class RunningHolds {

  private final QuotaLedger ledger;

  private final Map<Sequence, Run> runs = new HashMap<>();

  private final Map<String, Integer> adapterUsers = new HashMap<>();

  RunningHolds(QuotaLedger ledger) {
    this.ledger = ledger;
  }

  /** Tokens that a waiting sequence would hold if it started now. */
  long need(Sequence waiting) {
    return kvTokens(waiting) + (adapterRuns(waiting) ? 0 : waiting.size().adapterCells());
  }

  /** Cells that a waiting sequence would take if it started now. */
  int neededCells(Sequence waiting) {
    int kv =
        Math.min(
            waiting.request().maxCells(),
            waiting.tokenCount() + waiting.size().predictedOutputTokens());
    return kv + (adapterRuns(waiting) ? 0 : waiting.size().adapterCells());
  }

  /** Cells that a running sequence would give back; its adapter's if nobody else runs with it. */
  int cells(Sequence running) {
    String adapter = running.request().adapter();
    boolean shared = adapter != null && adapterUsers.getOrDefault(adapter, 0) > 1;
    return running.heldCells() + (shared ? 0 : running.size().adapterCells());
  }

  void started(Sequence sequence, QuotaHold hold, long nowNanos) {
    runs.put(sequence, new Run(hold, kvTokens(sequence), nowNanos));
    String adapter = sequence.request().adapter();
    if (adapter != null) {
      adapterUsers.merge(adapter, 1, Integer::sum);
    }
  }

  /**
   * Gives back what a sequence held.
   *
   * @return when it started; null if a fault kept it from being counted
   */
  @Nullable Long stopped(Sequence sequence) {
    Run run = runs.remove(sequence);
    if (run == null) {
      return null;
    }
    ledger.release(run.hold);
    String adapter = sequence.request().adapter();
    if (adapter != null) {
      adapterUsers.computeIfPresent(adapter, (key, users) -> users == 1 ? null : users - 1);
    }
    return run.startNanos;
  }

  /** Counts the tokens of a running sequence that are past its prediction. */
  void grew(Sequence sequence) {
    if (sequence.tokenCount() <= sequence.size().tokens()) {
      return; // Most rows of most steps, which need not be looked for.
    }
    Run run = runs.get(sequence);
    if (run != null && sequence.tokenCount() > run.tokens) {
      ledger.overrun(run.hold, sequence.tokenCount() - run.tokens);
      run.tokens = sequence.tokenCount();
    }
  }

  /** Changes the quotas, and counts all that run to the classes that they are of now. */
  void reconfigure(ToIntFunction<Sequence> classOf, long... quotas) {
    Map<QuotaHold, Integer> classes = new HashMap<>();
    runs.forEach((sequence, run) -> classes.put(run.hold, classOf.applyAsInt(sequence)));
    ledger.reconfigure(classes::get, quotas);
  }

  /**
   * Checks that all that run are counted to the classes that they are of.
   *
   * @throws IllegalStateException naming one that is not
   */
  void requireClasses(ToIntFunction<Sequence> classOf) {
    runs.forEach((sequence, run) -> {
      if (run.hold.queue() != classOf.applyAsInt(sequence)) {
        throw new IllegalStateException(
            "sequence %s runs in class %d and is counted to class %d"
                .formatted(
                    sequence.request().id(), classOf.applyAsInt(sequence), run.hold.queue()));
      }
    });
  }

  /** How many run. */
  int size() {
    return runs.size();
  }

  private boolean adapterRuns(Sequence waiting) {
    String adapter = waiting.request().adapter();
    return adapter != null && adapterUsers.containsKey(adapter);
  }

  /** One that was put back past its prediction holds what it has generated. */
  private static long kvTokens(Sequence sequence) {
    return Math.max(sequence.size().tokens(), sequence.tokenCount());
  }

  /** What one running sequence holds; tokens are those of prompt and output that are counted. */
  private static final class Run {
    private final QuotaHold hold;
    private final long startNanos;
    private long tokens;

    Run(QuotaHold hold, long tokens, long startNanos) {
      this.hold = hold;
      this.tokens = tokens;
      this.startNanos = startNanos;
    }
  }
}
