package io.chameleon.adapter.pool;

import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.eviction.EvictionReason;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Adapters run where they rest: to start one costs nothing once it is there, and it takes its cells
 * once. Where the device follows uploads, a sequence that would wait for its adapter while nobody
 * else runs begins at once, and each layer waits for its own part.
 */
final class InPlaceRuns extends AdapterRuns {

  InPlaceRuns(PoolDevice device, Residents residents, DeviceLoads loads, LoadHabits habits) {
    super(device, residents, loads, habits);
  }

  @Override
  AdapterWindow window(ModuleGroup group) {
    throw new IllegalStateException("adapters run where they rest; there is no window of " + group);
  }

  @Override
  int windowCells() {
    return 0;
  }

  @Override
  void end(Resident resident, NamedVersions named, boolean used) {
    if (!resident.giveBack()) {
      return;
    }
    resident.settle();
    if (resident.hasFailed()) {
      residents.lost(resident, EvictionReason.ADAPTER);
    } else {
      rested(resident, named, used);
    }
  }

  @Override
  Loan start(VersionUse use, Resident resident, int cellsBeside, boolean runsAlone) {
    return switch (resident.state()) {
      case UPLOADING -> follow(use, resident, cellsBeside, runsAlone);
      case RUNNING -> {
        boolean fits = !resident.hasFailed() && fits(resident, cellsBeside, runsAlone);
        if (fits) {
          resident.lendAgain();
        }
        yield fits ? Loan.LENT : Loan.NO_ROOM;
      }
      case IDLE -> {
        if (!fits(resident, cellsBeside, runsAlone)) {
          yield Loan.NO_ROOM;
        }
        resident.reserve();
        resident.place(rows(use, resident));
        yield Loan.LENT;
      }
      case GONE -> throw new IllegalStateException(resident.contentHash() + " is gone");
    };
  }

  private Loan follow(VersionUse use, Resident resident, int cellsBeside, boolean runsAlone) {
    if (!device.device().followsUploads()
        || !runsAlone
        || loads.isBehindOthers(resident)
        || !fits(resident, cellsBeside, runsAlone)) {
      return Loan.LOADING;
    }
    if (resident.state() != Resident.State.UPLOADING) {
      // To find room for it, uploads had to be waited for; its own among them.
      return resident.isIdle() ? start(use, resident, cellsBeside, runsAlone) : Loan.LOADING;
    }
    resident.reserveAhead();
    resident.place(rows(use, resident));
    return Loan.LENT;
  }

  @Override
  Loan bringIn(VersionUse use, PackedAdapter packed, int cellsBeside, boolean runsAlone) {
    int cells = device.cellsFor(packed.bytes());
    boolean isHead = isHead(use);
    if (!fits(null, cells + cellsBeside, runsAlone)) {
      return Loan.NO_ROOM;
    }
    Optional<OwnedCells> rest =
        runsAlone
            ? loads.room().allocate(CellUse.ADAPTER, cells, isHead)
            : loads.room().allocateNow(CellUse.ADAPTER, cells, isHead);
    if (rest.isEmpty()) {
      return Loan.NO_ROOM;
    }
    Resident resident = loads.upload(use, packed, rest.get());
    if (habits.stallingLoads() && loads.room().settle()) {
      return start(use, resident, cellsBeside, runsAlone);
    }
    return follow(use, resident, cellsBeside, runsAlone);
  }

  /**
   * Whether so many cells can be had while a resident stays. Uploads are waited for only where
   * nobody else runs, who would wait too.
   */
  private boolean fits(@Nullable Resident stays, int cells, boolean runsAlone) {
    return space.freeCells() >= cells
        || residents.reachable(stays, true) >= cells
        || (runsAlone && loads.room().settle() && residents.reachable(stays, true) >= cells);
  }

  private static ResidentAdapter rows(VersionUse use, Resident resident) {
    AdapterLayout layout = resident.layout;
    return new ResidentAdapter(
        use.version().name(),
        layout.scaling(),
        ranks(layout, ModuleGroup.ATTENTION),
        ranks(layout, ModuleGroup.MLP),
        new RestingPlace(resident));
  }

  private static @Nullable RowRange ranks(AdapterLayout layout, ModuleGroup group) {
    int rows = layout.rows(group);
    return rows == 0 ? null : new RowRange(0, rows);
  }
}
