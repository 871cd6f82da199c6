package io.chameleon.adapter.pool;

import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.host.HostClaim;
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
  private long loadNanos;
  private int open;
  private int waiting;
  private int suspended;
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

  void unlink() {
    resident = null;
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
      claim.close();
      claim = null;
    }
  }

  /** What it has taken to come here the last time; 0 if it never has. */
  long loadNanos() {
    return loadNanos;
  }

  void setLoadNanos(long nanos) {
    loadNanos = nanos;
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

  boolean isNamed() {
    return named;
  }

  void setNamed(boolean named) {
    this.named = named;
  }

  boolean isPinned() {
    return pinned && named;
  }

  void setPinned(boolean pinned) {
    this.pinned = pinned;
  }
}
