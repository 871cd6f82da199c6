package io.chameleon.bench;

import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/**
 * What a service holds when nobody asks any more.
 *
 * @param waiting requests in its queues
 * @param running sequences
 * @param kvCells cells of the arena that are counted as KV
 * @param fault what its own check of its books has found, or empty
 * @param up whether it calls itself healthy
 */
record LeftBehind(int waiting, int running, int kvCells, String fault, boolean up) {

  private static final long LOOK_NANOS = 50_000_000;

  private static final int MOST_LOOKS = 200;

  /** Looks until nothing is left, or for ten seconds. */
  static LeftBehind in(StreamingClient client) {
    LeftBehind now = look(client);
    for (int i = 0; i < MOST_LOOKS && !now.isNothing(); i++) {
      LockSupport.parkNanos(LOOK_NANOS);
      now = look(client);
    }
    return now;
  }

  /** Whether it is idle and whole. */
  boolean isNothing() {
    return waiting + running + kvCells == 0 && fault.isEmpty() && up;
  }

  private static LeftBehind look(StreamingClient client) {
    JsonNode scheduler = client.get("actuator/scheduler");
    JsonNode pass = scheduler.required("lastPass");
    return new LeftBehind(
        scheduler.required("waiting").asInt() + pass.required("waiting").asInt(),
        pass.required("running").asInt(),
        scheduler.at("/arena/kv").asInt() + pass.required("lentCells").asInt(),
        scheduler.path("fault").asString(""),
        client.get("actuator/health").required("status").asString().equals("UP"));
  }
}
