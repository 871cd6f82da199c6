package io.chameleon.adapter.pool;

import io.chameleon.adapter.host.HostClaim;
import io.chameleon.request.UnknownModelException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Versions that are to come into device memory before anybody asks for them. Idle adapters leave
 * for them, save those that a queued request wants. For the engine thread alone.
 */
final class Preloads {

  /** One version, and who is told. */
  private record Preload(VersionUse use, CompletableFuture<Void> done) {}

  private final DeviceLoads loads;
  private final VersionUses uses;
  private final List<Preload> pending = new ArrayList<>();

  Preloads(DeviceLoads loads, VersionUses uses) {
    this.loads = loads;
    this.uses = uses;
  }

  /**
   * Asks for a version.
   *
   * @return done when it is in device memory; who completes it before that gives up
   */
  CompletableFuture<Void> add(VersionUse use) {
    Preload preload = new Preload(use, new CompletableFuture<>());
    use.startsToPreload();
    pending.add(preload);
    if (loads.resident(use) == null) {
      loads.hold(use);
    }
    advance();
    return preload.done;
  }

  /** Goes on with all of them, as far as it can be done now. */
  void advance() {
    for (Iterator<Preload> preloads = pending.iterator(); preloads.hasNext(); ) {
      Preload preload = preloads.next();
      if (preload.done.isDone() || advance(preload)) {
        preloads.remove();
        preload.use.endsToPreload();
        uses.letGoIfClosed(preload.use);
      }
    }
  }

  /** Whether it has come to its end. */
  private boolean advance(Preload preload) {
    VersionUse use = preload.use;
    if (!use.isNamed()) {
      return preload.done.completeExceptionally(new UnknownModelException(use.version().name()));
    }
    Resident resident = loads.resident(use);
    if (resident != null) {
      return !resident.isUploading() && !resident.hasFailed() && preload.done.complete(null);
    }
    HostClaim claim = use.claim();
    if (claim != null && claim.hasFailed()) {
      return preload.done.completeExceptionally(claim.failure());
    }
    loads.bringInPinned(use);
    return false;
  }
}
