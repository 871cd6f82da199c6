package io.chameleon.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens in a run, as it happens. For one thread. */
final class RunLog {

  private final List<RequestOutcome> outcomes = new ArrayList<>();

  private final List<MemorySample> memory = new ArrayList<>();

  private final LongLog gaps = new LongLog();

  private long lastEndNanos;

  private @Nullable RuntimeException firstFailure;

  void ended(RequestOutcome outcome) {
    outcomes.add(outcome);
    long end = RequestOutcome.arrivalNanos(outcome.request()) + outcome.endNanos();
    lastEndNanos = Math.max(lastEndNanos, end);
  }

  /** When the last request ended, from the start of the run. */
  long lastEndNanos() {
    return lastEndNanos;
  }

  void gap(long nanos) {
    gaps.add(nanos);
  }

  void sample(MemorySample sample) {
    memory.add(sample);
  }

  /** A request could not be served. */
  void failure(RuntimeException cause) {
    if (firstFailure == null) {
      firstFailure = cause;
    }
  }

  /** Why the first of those that could not be served could not be; null if all could. */
  @Nullable RuntimeException firstFailure() {
    return firstFailure;
  }

  int ends() {
    return outcomes.size();
  }

  SimulationResult result(Distribution decodes, SimulationResult.Totals totals) {
    return new SimulationResult(outcomes, Distribution.of(gaps.toArray()), decodes, memory, totals);
  }
}
