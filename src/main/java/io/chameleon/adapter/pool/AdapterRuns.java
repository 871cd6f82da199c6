package io.chameleon.adapter.pool;

import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.eviction.EvictionReason;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.memory.CellSpace;
import io.chameleon.request.AdapterRefusedException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Lets adapters run and stop, and has them loaded before. For the engine thread alone. */
abstract class AdapterRuns {

  final PoolDevice device;
  final CellSpace space;
  final Residents residents;
  final DeviceLoads loads;
  final LoadHabits habits;

  /** The first that has asked for a load in this pass; it is the first as long as it waits. */
  private @Nullable VersionUse head;

  AdapterRuns(PoolDevice device, Residents residents, DeviceLoads loads, LoadHabits habits) {
    this.device = device;
    this.space = device.space();
    this.residents = residents;
    this.loads = loads;
    this.habits = habits;
  }

  /** Those of a device: in windows where it has them, else where adapters rest. */
  static AdapterRuns of(
      PoolDevice device,
      Residents residents,
      DeviceLoads loads,
      LoadHabits habits,
      LongSupplier nanoClock) {
    return device.device() instanceof WindowDevice copies
        ? new WindowRuns(device, copies, residents, loads, habits, nanoClock)
        : new InPlaceRuns(device, residents, loads, habits);
  }

  /** The window of a group. */
  abstract AdapterWindow window(ModuleGroup group);

  /** Cells that all windows take now. */
  abstract int windowCells();

  /**
   * A loan of a resident has ended.
   *
   * @param used whether its sequence has run
   */
  abstract void end(Resident resident, NamedVersions named, boolean used);

  /** Lets a resident run for one more sequence; see {@link #start(VersionUse, int, boolean)}. */
  abstract Loan start(VersionUse use, Resident resident, int cellsBeside, boolean runsAlone);

  /** Brings one in from host memory, beside the steps if there is room for that. */
  abstract Loan bringIn(VersionUse use, PackedAdapter packed, int cellsBeside, boolean runsAlone);

  /** The last loan of a resident has ended, and it lies at rest: it stays, unless it is to go. */
  final void rested(Resident resident, NamedVersions named, boolean used) {
    if (used && habits.discardAfterUse() && residents.mayLeave(resident)) {
      residents.lost(resident, EvictionReason.DISCARDED);
    } else {
      named.dropIfNameless(resident);
    }
  }

  /** Whoever asks next for a load is the first in the queue. */
  void newPass() {
    head = null;
  }

  /**
   * Lets a version run for one more sequence.
   *
   * @param cellsBeside KV cells that must be to be had beside it
   * @param runsAlone whether nobody else runs
   * @throws FailedLoadException if it could not be loaded
   */
  Loan start(VersionUse use, int cellsBeside, boolean runsAlone) {
    Resident resident = loads.resident(use);
    if (resident != null) {
      return start(use, resident, cellsBeside, runsAlone);
    }
    PackedAdapter packed = loaded(use);
    if (packed == null) {
      return Loan.LOADING;
    }
    Resident found = loads.resident(use);
    if (found != null) {
      return start(use, found, cellsBeside, runsAlone);
    }
    requireSmaller(use);
    return bringIn(use, packed, cellsBeside, runsAlone);
  }

  /** Whether a version is the first that asks for a load in this pass. */
  boolean isHead(VersionUse use) {
    if (head == null || head.waiting() == 0) {
      head = use;
    }
    return head == use;
  }

  /** The version in host memory, or null while it is loaded. */
  @Nullable PackedAdapter loaded(VersionUse use) {
    try {
      return loads.loaded(use);
    } catch (RuntimeException failure) {
      throw new FailedLoadException(failure);
    }
  }

  private void requireSmaller(VersionUse use) {
    int cells = device.running().cells(use.version().shape());
    if (cells >= space.cells()) {
      throw new AdapterRefusedException(
          use.version().name(),
          "it takes %d cells of memory while it runs; the arena has %d"
              .formatted(cells, space.cells()));
    }
  }
}
