package io.chameleon.bench;

import tools.jackson.databind.JsonNode;

/**
 * What {@code /actuator/scheduler} said at one moment; the arena in cells.
 *
 * @param seconds since the start of sampling
 * @param free cells of nobody
 * @param kv cells of sequences
 * @param adapter cells of adapters at rest
 * @param window cells of running adapters' rows
 * @param waiting sequences in the queues after the last pass
 * @param running sequences that hold cells
 * @param stepTokens tokens that the last step was fed
 * @param preemptions sequences put back to make room, since the service's start
 */
record SchedulerSample(
    double seconds,
    int free,
    int kv,
    int adapter,
    int window,
    int waiting,
    int running,
    int stepTokens,
    long preemptions) {

  static SchedulerSample of(double seconds, JsonNode scheduler) {
    JsonNode arena = scheduler.required("arena");
    JsonNode pass = scheduler.required("lastPass");
    return new SchedulerSample(
        seconds,
        arena.required("free").asInt(),
        arena.required("kv").asInt(),
        arena.required("adapter").asInt(),
        arena.required("window").asInt(),
        pass.required("waiting").asInt(),
        pass.required("running").asInt(),
        pass.required("lastBatch").required("tokens").asInt(),
        pass.required("preemptions").asLong());
  }

  int cells() {
    return free + kv + adapter + window;
  }

  /** Whether a sequence waited for memory, not for want of a place in the step. */
  boolean waitsForMemory(int mostSequences, int mostTokens) {
    return waiting > 0 && running < mostSequences && stepTokens < mostTokens;
  }

  /** Whether adapters hold cells of which none runs, so that all could leave. */
  boolean hasIdleAdaptersOnly() {
    return adapter > 0 && window == 0;
  }
}
