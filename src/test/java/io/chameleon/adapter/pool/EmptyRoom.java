package io.chameleon.adapter.pool;

import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.eviction.EvictionLog;
import io.chameleon.adapter.eviction.EvictionParameters;
import io.chameleon.adapter.eviction.RequestTrace;
import io.chameleon.memory.CellSpace;
import io.chameleon.metrics.PoolMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Room of an arena in which no adapter is resident. */
final class EmptyRoom {

  private EmptyRoom() {}

  static ArenaRoom of(long cellBytes, AdapterDevice device, CellSpace space) {
    PoolReports reports =
        new PoolReports(
            new EvictionLog(1),
            new RequestTrace(1),
            new PoolMeters(new SimpleMeterRegistry(), "base"));
    Residents nobody =
        new Residents(
            space,
            cellBytes,
            EvictionKind.LRU.create(EvictionParameters.DEFAULT),
            new VersionUses(),
            reports,
            () -> 0);
    Uploads uploads = new Uploads(device, space, 1, () -> {}, () -> 0);
    return new ArenaRoom(space, true, nobody, uploads, () -> {});
  }
}
