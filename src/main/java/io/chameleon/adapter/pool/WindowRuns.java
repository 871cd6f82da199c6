package io.chameleon.adapter.pool;

import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.eviction.EvictionReason;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Adapters run in windows: takes rows there and fills them, from the copy at rest or straight from
 * host memory, and keeps a copy at rest afterwards where there is room.
 */
final class WindowRuns extends AdapterRuns {

  private final AdapterWindows windows;
  private final LongSupplier nanoClock;

  WindowRuns(
      PoolDevice device,
      WindowDevice copies,
      Residents residents,
      DeviceLoads loads,
      LoadHabits habits,
      LongSupplier nanoClock) {
    super(device, residents, loads, habits);
    this.windows = new AdapterWindows(device.model(), device.space(), copies);
    this.nanoClock = nanoClock;
  }

  @Override
  AdapterWindow window(ModuleGroup group) {
    return windows.of(group);
  }

  @Override
  int windowCells() {
    return windows.cells();
  }

  @Override
  void end(Resident resident, NamedVersions named, boolean used) {
    if (!resident.giveBack()) {
      return;
    }
    ResidentAdapter rows = resident.rows();
    if (resident.rest() == null && (resident.isNamed() || resident.isInUse())) {
      keepAtRest(resident, rows);
    }
    windows.release(rows);
    resident.settle();
    if (resident.rest() == null) {
      residents.lost(resident, EvictionReason.WINDOW);
    } else {
      rested(resident, named, used);
    }
  }

  @Override
  Loan start(VersionUse use, Resident resident, int cellsBeside, boolean runsAlone) {
    return switch (resident.state()) {
      case UPLOADING -> Loan.LOADING;
      case RUNNING -> {
        boolean fits = fits(null, 0, cellsBeside);
        if (fits) {
          resident.lendAgain();
        }
        yield fits ? Loan.LENT : Loan.NO_ROOM;
      }
      case IDLE -> {
        int growth = windows.growthFor(resident.layout);
        yield fits(resident, growth, cellsBeside)
            ? startFromRest(use, resident)
            : startInsteadOfRest(use, resident, growth + cellsBeside);
      }
      case GONE -> throw new IllegalStateException(resident.contentHash() + " is gone");
    };
  }

  private Loan startFromRest(VersionUse use, Resident resident) {
    OwnedCells rest = resident.requireRest();
    resident.reserve();
    ResidentAdapter rows = windows.take(use.version().name(), resident.layout, loads.room());
    if (rows == null) {
      resident.unreserve();
      return Loan.NO_ROOM;
    }
    windows.place(resident.layout, rest.run(), rows);
    resident.place(rows);
    return Loan.LENT;
  }

  /**
   * There is no room for its copy at rest and its rows at once, but perhaps for its rows alone:
   * then the copy leaves, and the rows come from host memory.
   */
  private Loan startInsteadOfRest(VersionUse use, Resident resident, int cells) {
    if (resident.isPinned() || !fits(null, cells, 0)) {
      return Loan.NO_ROOM;
    }
    PackedAdapter packed = loaded(use);
    if (packed == null) {
      return Loan.LOADING;
    }
    residents.lost(resident, EvictionReason.WINDOW);
    return startInWindowAlone(use, packed);
  }

  /** Into cells at rest, beside the steps; or, for want of room, into window rows alone. */
  @Override
  Loan bringIn(VersionUse use, PackedAdapter packed, int cellsBeside, boolean runsAlone) {
    boolean isHead = isHead(use);
    int growth = windows.growthFor(packed.layout());
    if (!fits(null, growth, cellsBeside)) {
      return Loan.NO_ROOM;
    }
    int cells = device.cellsFor(packed.bytes());
    Optional<OwnedCells> rest =
        fits(null, growth, cells)
            ? loads.room().allocate(CellUse.ADAPTER, cells, isHead)
            : Optional.empty();
    if (rest.isPresent()) {
      Resident resident = loads.upload(use, packed, rest.get());
      return habits.stallingLoads() && loads.room().settle()
          ? start(use, resident, cellsBeside, runsAlone)
          : Loan.LOADING;
    }
    return isHead ? startInWindowAlone(use, packed) : Loan.NO_ROOM;
  }

  private Loan startInWindowAlone(VersionUse use, PackedAdapter packed) {
    AdapterLayout layout = packed.layout();
    ResidentAdapter rows = windows.take(use.version().name(), layout, loads.room());
    if (rows == null) {
      return Loan.NO_ROOM;
    }
    long start = nanoClock.getAsLong();
    windows.place(layout, packed.weights(), rows);
    loads.enterRunning(use, layout, rows, nanoClock.getAsLong() - start);
    return Loan.LENT;
  }

  /** Whether the windows can grow so much while an idle adapter stays, and the KV be had then. */
  private boolean fits(@Nullable Resident stays, int growth, int cellsBeside) {
    if (space.freeCells() >= growth + cellsBeside) {
      return true;
    }
    int later = stays == null ? 0 : stays.cellsAtRest();
    int others = residents.reachable(stays, true);
    if ((others < growth || others + later < growth + cellsBeside) && loads.room().settle()) {
      others = residents.reachable(stays, true);
    }
    return others >= growth && others + later >= growth + cellsBeside;
  }

  private void keepAtRest(Resident resident, ResidentAdapter rows) {
    space
        .allocateAsIs(CellUse.ADAPTER, resident.restCells)
        .ifPresent(rest -> {
          windows.save(resident.layout, rows, rest.run());
          resident.setRest(rest);
          residents.put(resident);
        });
  }
}
