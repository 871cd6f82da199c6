package io.chameleon.adapter.pool;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.eviction.EvictionLog;
import io.chameleon.adapter.eviction.EvictionParameters;
import io.chameleon.adapter.eviction.RequestTrace;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellSpace;
import io.chameleon.metrics.PoolMeters;
import io.chameleon.model.DeviceModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Windows of so many rows, at the end of an arena in which nothing else moves them. */
public final class FixedWindows implements Function<ModuleGroup, AdapterWindow> {

  private final Map<ModuleGroup, AdapterWindow> windows = new EnumMap<>(ModuleGroup.class);

  /**
   * Takes them.
   *
   * @param device the arena
   * @param cells all of the arena's
   * @param rows of each window
   */
  public FixedWindows(DeviceModel model, AdapterDevice device, int cells, int rows) {
    CellSpace space = new CellSpace(new Arena(cells), device);
    ArenaRoom room = emptyRoom(model.cellBytes(), device, space);
    for (ModuleGroup group : ModuleGroup.values()) {
      WindowShape shape = new WindowShape(model.config(), group);
      AdapterWindow window = new AdapterWindow(shape, device.cellElements(), space);
      if (window.take(rows, room) == null) {
        throw new IllegalStateException(
            "%d cells have no room for %d rows of %s".formatted(cells, rows, group));
      }
      windows.put(group, window);
    }
  }

  /** Room of an arena in which no adapter is resident. */
  static ArenaRoom emptyRoom(long cellBytes, AdapterDevice device, CellSpace space) {
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
    return new ArenaRoom(space, nobody, new Uploads(device, space, 1, () -> {}, () -> 0), () -> {});
  }

  @Override
  public AdapterWindow apply(ModuleGroup group) {
    return Objects.requireNonNull(windows.get(group));
  }

  /** Cells before the first window. */
  public int cellsBefore() {
    return windows.values().stream()
        .map(AdapterWindow::run)
        .filter(Objects::nonNull)
        .mapToInt(CellRun::start)
        .min()
        .orElseThrow();
  }
}
