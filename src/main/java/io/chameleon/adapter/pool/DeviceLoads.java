package io.chameleon.adapter.pool;

import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.eviction.EvictionPolicy;
import io.chameleon.adapter.eviction.EvictionReason;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.host.HostClaim;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.memory.CellSpace;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings versions into device memory: from disk into host memory on other threads, from there into
 * cells at rest by copies beside the engine's steps. For the engine thread alone.
 */
final class DeviceLoads {

  private static final Logger log = LoggerFactory.getLogger(DeviceLoads.class);

  /** One part in so many of the arena is left free by prefetches, for KV that grows. */
  private static final int PREFETCH_HEADROOM = 32;

  private final PoolDevice device;
  private final PoolSupply supply;
  private final EvictionPolicy policy;
  private final PoolReports reports;
  private final LongSupplier nanoClock;
  private final Residents residents;
  private final Uploads uploads;
  private final ArenaRoom room;

  DeviceLoads(
      PoolDevice device,
      PoolSupply supply,
      EvictionPolicy policy,
      PoolReports reports,
      Residents residents,
      LongSupplier nanoClock) {
    this.device = device;
    this.supply = supply;
    this.policy = policy;
    this.reports = reports;
    this.residents = residents;
    this.nanoClock = nanoClock;
    this.uploads =
        new Uploads(
            device.device(), device.space(), supply.habits().copies(), supply.wake(), nanoClock);
    this.room =
        new ArenaRoom(
            device.space(),
            device.device() instanceof WindowDevice,
            residents,
            uploads,
            this::finishUploads);
  }

  /** Room for whoever needs it. */
  ArenaRoom room() {
    return room;
  }

  /** The resident of a version, which another name may have brought here; null if there is none. */
  @Nullable Resident resident(VersionUse use) {
    String hash = use.contentHash();
    Resident found = hash == null ? null : residents.find(hash);
    if (found != null && use.resident() == null) {
      use.link(found);
    }
    return found;
  }

  /** The claim on host memory, anew if the last one failed and somebody asks again. */
  HostClaim hold(VersionUse use) {
    HostClaim claim = use.claim();
    if (claim == null || claim.hasFailed()) {
      use.letGo();
      claim = supply.host().claim(use.version(), supply.wake());
      use.hold(claim);
    }
    return claim;
  }

  /** The version in host memory, or null while it is loaded; throws what its load threw. */
  @Nullable PackedAdapter loaded(VersionUse use) {
    HostClaim claim = use.claim();
    return claim == null ? hold(use).poll() : claim.poll();
  }

  /** Starts the copy of a version into cells at rest. */
  Resident upload(VersionUse use, PackedAdapter packed, OwnedCells rest) {
    Resident resident = new Resident(packed.layout(), rest.cells(), device.cellBytes(), rest);
    enter(resident, use);
    uploads.start(resident, rest, packed, hostNanos(use));
    return resident;
  }

  /** Enters a version that has been copied straight into window rows. */
  Resident enterRunning(
      VersionUse use, AdapterLayout layout, ResidentAdapter rows, long copyNanos) {
    Resident resident =
        new Resident(layout, device.cellsFor(layout.bytes()), device.cellBytes(), null);
    resident.reserve();
    resident.place(rows);
    enter(resident, use);
    loadedIn(resident, copyNanos, hostNanos(use));
    return resident;
  }

  /** Whether the link is to bring others before this one, or cannot bring it. */
  boolean isBehindOthers(Resident resident) {
    return uploads.isBehindOthers(resident);
  }

  private void enter(Resident resident, VersionUse use) {
    use.link(resident);
    residents.put(resident);
  }

  private static long hostNanos(VersionUse use) {
    HostClaim claim = use.claim();
    return claim == null ? 0 : claim.loadNanos();
  }

  /** Takes over copies that have ended. */
  void finishUploads() {
    for (Uploads.Ended ended : uploads.takeEnded()) {
      Resident resident = ended.resident();
      resident.uploaded();
      if (ended.failure() != null) {
        log.warn(
            "Adapter {} could not be copied to the device: {}",
            resident.contentHash(),
            String.valueOf(ended.failure()));
        reports.meters().loadFailed();
        if (resident.isRunning()) {
          resident.fail();
        } else {
          residents.lost(resident, EvictionReason.ADAPTER);
        }
      } else {
        loadedIn(resident, ended.copyNanos(), ended.hostNanos());
      }
    }
  }

  private void loadedIn(Resident resident, long copyNanos, long hostNanos) {
    reports.meters().loadedToDevice(copyNanos);
    long now = nanoClock.getAsLong();
    policy.loaded(resident.candidate(), copyNanos + hostNanos, now);
    resident.uses.forEach(use -> use.version().usage().loaded(copyNanos + hostNanos));
  }

  /** Loads what is in host memory, if that costs nobody anything. */
  void prefetch(VersionUse use, PrefetchKind kind) {
    HostClaim claim = use.claim();
    PackedAdapter packed = claim == null ? null : claim.packed();
    if (packed == null || resident(use) != null) {
      return;
    }
    CellSpace space = device.space();
    int cells = device.cellsFor(packed.bytes());
    if (space.freeCells() - space.cells() / PREFETCH_HEADROOM < cells) {
      return;
    }
    space
        .allocateAsIs(CellUse.ADAPTER, cells)
        .ifPresent(rest -> {
          upload(use, packed, rest).prefetchedBy(kind);
          reports.meters().prefetched(kind.label());
        });
  }

  /** Loads a pinned version if it is not here; others leave for it. */
  void bringInPinned(VersionUse use) {
    if (resident(use) != null || (use.claim() != null && use.claim().hasFailed())) {
      return;
    }
    PackedAdapter packed = hold(use).packed();
    if (packed != null) {
      room.allocateNow(CellUse.ADAPTER, device.cellsFor(packed.bytes()), false)
          .ifPresent(rest -> upload(use, packed, rest));
    }
  }
}
