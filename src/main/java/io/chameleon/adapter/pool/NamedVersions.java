package io.chameleon.adapter.pool;

import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.catalogue.Versions;
import io.chameleon.adapter.eviction.EvictionReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the catalogue: what no name stands for any more leaves device memory as soon as no
 * sequence has it, and what is pinned is kept. For the engine thread alone.
 */
final class NamedVersions {

  private final Supplier<? extends Versions> catalogue;
  private final VersionUses uses;
  private final Residents residents;
  private final PoolDevice device;
  private final RunningSize running;
  private @Nullable Versions seen;
  private Map<String, AdapterVersion> byName = Map.of();
  private final Set<AdapterVersion> pins = Collections.newSetFromMap(new IdentityHashMap<>());
  private volatile List<VersionUse> pinned = List.of();
  private int kvCapacity;
  private boolean stragglers;

  NamedVersions(
      Supplier<? extends Versions> catalogue,
      VersionUses uses,
      Residents residents,
      PoolDevice device) {
    this.catalogue = catalogue;
    this.uses = uses;
    this.residents = residents;
    this.device = device;
    this.running = device.running();
    follow();
  }

  /** The version that a name stands for now. */
  AdapterVersion require(String name) {
    return catalogue.get().require(name);
  }

  /** What is known of the version that a name stands for; null if it stands for none. */
  @Nullable VersionUse find(String name) {
    AdapterVersion version = byName.get(name);
    return version == null ? null : uses.of(version);
  }

  /** Versions that shall be resident always. */
  List<VersionUse> pinned() {
    return pinned;
  }

  /** Pins a version until no name stands for it; false if it would leave no room to run in. */
  boolean pin(AdapterVersion version) {
    if (pins.contains(version) || version.settings().pinned()) {
      return true;
    }
    pins.add(version);
    if (capacity(catalogue.get()) < RunningSize.FEWEST_TOKENS) {
      pins.remove(version);
      return false;
    }
    uses.of(version).setPinned(true);
    adopt(catalogue.get());
    return true;
  }

  /** Cells that are left beside pinned adapters and the rows of the largest that may run. */
  int kvCapacity() {
    return kvCapacity;
  }

  /** Looks whether the catalogue has changed, which makes another object of it. */
  @SuppressWarnings("ReferenceEquality")
  void follow() {
    Versions now = catalogue.get();
    if (now != seen) {
      seen = now;
      adopt(now);
    }
    if (stragglers) {
      sweep();
    }
  }

  /** Evicts a resident that no name stands for and no sequence has. */
  void dropIfNameless(Resident resident) {
    if (resident.isIdle() && !resident.isNamed() && !resident.isInUse()) {
      boolean replaced =
          resident.uses.stream().anyMatch(use -> byName.containsKey(use.version().name()));
      residents.evict(resident, replaced ? EvictionReason.REPLACED : EvictionReason.REMOVED);
    }
  }

  private void adopt(Versions now) {
    Set<AdapterVersion> current = Collections.newSetFromMap(new IdentityHashMap<>());
    byName = new HashMap<>();
    List<VersionUse> kept = new ArrayList<>();
    for (AdapterVersion version : now.versions()) {
      current.add(version);
      byName.put(version.name(), version);
      if (isPinned(version)) {
        kept.add(uses.of(version));
      }
    }
    pinned = kept;
    pins.retainAll(current);
    kvCapacity = capacity(now);
    uses.all().forEach(use -> use.follow(current.contains(use.version())));
    stragglers = true;
  }

  private boolean isPinned(AdapterVersion version) {
    return version.settings().pinned() || pins.contains(version);
  }

  /**
   * Cells beside pinned adapters and what the largest takes to run; a pinned one that runs where it
   * rests takes nothing more for that.
   */
  private int capacity(Versions of) {
    boolean inPlace = !(device.device() instanceof WindowDevice);
    int pinnedCells = 0;
    int largest = 0;
    for (AdapterVersion version : of.versions()) {
      if (isPinned(version)) {
        pinnedCells += device.cellsFor(version.shape().packedBytes());
      }
      if (!isPinned(version) || !inPlace) {
        largest = Math.max(largest, running.cells(version.shape()));
      }
    }
    return Math.max(0, device.space().cells() - pinnedCells - largest);
  }

  /** Until the last of those that no name stands for has gone. */
  private void sweep() {
    List.copyOf(residents.all()).forEach(this::dropIfNameless);
    List.copyOf(uses.all()).forEach(uses::forgetIfIdle);
    stragglers = uses.all().stream().anyMatch(use -> !use.isNamed());
  }
}
