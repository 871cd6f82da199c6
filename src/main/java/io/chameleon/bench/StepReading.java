package io.chameleon.bench;

import io.chameleon.metrics.MetricNames;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/**
 * What a service has counted of its steps, from its start or between two readings.
 *
 * @param steps how many
 * @param engineMs time in the engine
 * @param overheadMs time of the loop around it
 * @param rows sequences of all steps
 * @param tokens tokens fed in all steps
 */
record StepReading(double steps, double engineMs, double overheadMs, double rows, double tokens) {

  private static final double MS = 1e3;

  private static final long PAUSE_NANOS = 20_000_000;

  private static final int MOST_LOOKS = 500;

  /** Reads a service that has nothing to do any more; waits until its counters stand still. */
  static StepReading ofIdle(StreamingClient client) {
    StepReading last = of(client);
    for (int look = 0; look < MOST_LOOKS; look++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      StepReading next = of(client);
      if (next.equals(last)
          && client.get("actuator/scheduler").at("/lastPass/running").asInt() == 0) {
        return next;
      }
      last = next;
    }
    throw new IllegalStateException("the service has not become idle: " + last);
  }

  private static StepReading of(StreamingClient client) {
    JsonNode step = client.get("actuator/metrics/" + MetricNames.STEP_TIME);
    return new StepReading(
        statistic(step, "COUNT"),
        MS * statistic(step, "TOTAL_TIME"),
        MS * statistic(client.get("actuator/metrics/" + MetricNames.STEP_OVERHEAD), "TOTAL_TIME"),
        statistic(client.get("actuator/metrics/" + MetricNames.BATCH_ROWS), "TOTAL"),
        statistic(client.get("actuator/metrics/" + MetricNames.ITERATION_TOKENS), "TOTAL"));
  }

  /** One number of a metric, as the actuator gives it. */
  static double statistic(JsonNode metric, String name) {
    return metric
        .required("measurements")
        .valueStream()
        .filter(each -> each.required("statistic").asString().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("%s has no %s".formatted(metric, name)))
        .required("value")
        .asDouble();
  }

  /** What was counted since an earlier reading. */
  StepReading since(StepReading before) {
    return new StepReading(
        steps - before.steps,
        engineMs - before.engineMs,
        overheadMs - before.overheadMs,
        rows - before.rows,
        tokens - before.tokens);
  }
}
