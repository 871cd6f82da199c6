package io.chameleon.adapter.pool;

import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.host.HostClaim;
import io.chameleon.adapter.host.PackedAdapter;
import org.jspecify.annotations.Nullable;

/**
 * What the pool knows of a version: how many sequences have it, and where it is. It exists as long
 * as the version is in use or resident. For the engine thread alone.
 */
final class VersionUse {

  private final AdapterVersion version;
  private @Nullable String contentHash;
  private @Nullable HostClaim claim;
  private @Nullable Resident resident;
  private @Nullable Farewell farewell;
  private int open;
  private int waiting;
  private int suspended;
  private int preloads;
  private boolean named = true;
  private boolean pinned;

  VersionUse(AdapterVersion version) {
    this.version = version;
    this.pinned = version.settings().pinned();
  }

  AdapterVersion version() {
    return version;
  }

  /** Its content hash, or null as long as nobody has read it. */
  @Nullable String contentHash() {
    if (contentHash == null) {
      contentHash = version.contentHash().orElse(null);
    }
    return contentHash;
  }

  @Nullable Resident resident() {
    return resident;
  }

  /** Its resident, which there must be. */
  Resident requireResident() {
    if (resident == null) {
      throw new IllegalStateException(version + " is not resident");
    }
    return resident;
  }

  void link(Resident found) {
    resident = found;
    found.uses.add(this);
  }

  /** Its resident has left device memory, and so many cells. */
  void unlink(int cellsAtRest) {
    resident = null;
    if (farewell != null) {
      farewell.left(cellsAtRest);
    }
  }

  /** If no name stands for it, but one for its resident, it has no part in that any more. */
  void leaveToOthers() {
    if (!named && resident != null && resident.isNamed()) {
      resident.uses.remove(this);
      resident = null;
    }
  }

  /** Has its end followed. */
  void follow(Farewell follower) {
    farewell = follower;
  }

  /** Nothing of it is left. */
  void end() {
    if (farewell != null) {
      farewell.complete();
    }
  }

  @Nullable HostClaim claim() {
    return claim;
  }

  /** From now on it is held in host memory; the load, if there is one, has begun. */
  void hold(HostClaim held) {
    claim = held;
  }

  /** It is no more held in host memory for this. */
  void letGo() {
    if (claim != null) {
      PackedAdapter packed = claim.packed();
      if (farewell != null && packed != null) {
        farewell.letGo(packed);
      }
      claim.close();
      claim = null;
    }
  }

  int open() {
    return open;
  }

  void opened() {
    open++;
  }

  void closed() {
    open--;
  }

  int waiting() {
    return waiting;
  }

  void startsToWait() {
    waiting++;
  }

  void endsToWait() {
    waiting--;
  }

  /** Sequences that have begun with it and wait to go on. */
  int suspended() {
    return suspended;
  }

  void suspend() {
    suspended++;
  }

  void resume() {
    suspended--;
  }

  void startsToPreload() {
    preloads++;
  }

  void endsToPreload() {
    preloads--;
  }

  /** Whether it is kept although no sequence has it. */
  boolean isKept() {
    return isPinned() || preloads > 0;
  }

  boolean isNamed() {
    return named;
  }

  /** Whether a name stands for it now; when none does, it is pinned as it was at first. */
  void follow(boolean isNamed) {
    if (isNamed && !named) {
      farewell = null;
    }
    if (!isNamed) {
      pinned = version.settings().pinned();
    }
    named = isNamed;
  }

  boolean isPinned() {
    return pinned && named;
  }

  void setPinned(boolean pinned) {
    this.pinned = pinned;
  }
}
