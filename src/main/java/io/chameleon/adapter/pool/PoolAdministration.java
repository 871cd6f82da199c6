package io.chameleon.adapter.pool;

import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.host.HostClaim;
import io.chameleon.adapter.host.HostTier;
import io.chameleon.adapter.host.PackedAdapter;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** What an administrator sees of the pool and does to it. For the engine thread alone. */
public final class PoolAdministration {

  private final PoolDevice device;
  private final HostTier host;
  private final VersionUses uses;
  private final Residents residents;
  private final NamedVersions named;
  private final Preloads preloads;

  PoolAdministration(
      PoolDevice device,
      HostTier host,
      VersionUses uses,
      Residents residents,
      NamedVersions named,
      Preloads preloads) {
    this.device = device;
    this.host = host;
    this.uses = uses;
    this.residents = residents;
    this.named = named;
    this.preloads = preloads;
  }

  /** What is resident and in use now. */
  public PoolView view() {
    IdentityHashMap<AdapterVersion, PoolView.Use> inUse = new IdentityHashMap<>();
    for (VersionUse use : uses.all()) {
      inUse.put(use.version(), new PoolView.Use(needs(use), use.isPinned(), use.isNamed()));
    }
    Map<String, ResidentView> byHash =
        residents.all().stream().collect(Collectors.toMap(Resident::contentHash, ResidentView::of));
    return new PoolView(inUse, byHash, device.space().snapshot(), device.cellBytes());
  }

  /** Who needs a version now. */
  public VersionNeeds needs(AdapterVersion version) {
    VersionUse use = uses.find(version);
    return use == null ? VersionNeeds.NONE : needs(use);
  }

  /** Begins to follow a version out of memory; to be called while its name still stands for it. */
  public Farewell farewell(AdapterVersion version) {
    VersionUse use = uses.of(version);
    HostClaim claim = use.claim();
    PackedAdapter packed = claim == null ? null : claim.packed();
    Farewell farewell =
        new Farewell(device.cellBytes(), packed == null ? host.cached(version) : packed);
    use.follow(farewell);
    return farewell;
  }

  /** Takes over what the catalogue says now, and lets go of what no name stands for any more. */
  public void follow() {
    named.follow();
  }

  /**
   * Keeps a version in device memory until no name stands for it.
   *
   * @return false if there is no room for it beside what is pinned and what runs; nothing has
   *     changed then
   */
  public boolean pin(AdapterVersion version) {
    return named.pin(version);
  }

  /**
   * Brings a version into device memory before anybody asks for it.
   *
   * @return done when it is there; fails with what its load failed with; who completes it before
   *     that gives up
   */
  public CompletableFuture<Void> preload(AdapterVersion version) {
    return preloads.add(uses.of(version));
  }

  /** Why a version is not in device memory, for people. */
  public String missing(AdapterVersion version) {
    VersionUse use = uses.find(version);
    HostClaim claim = use == null ? null : use.claim();
    boolean isRead = host.isHere(version) || (claim != null && claim.packed() != null);
    return isRead
        ? "It is not in device memory: what runs, waits or is pinned leaves no room for its %d bytes."
            .formatted(version.shape().packedBytes())
        : "It is not in device memory: it is still being read.";
  }

  private static VersionNeeds needs(VersionUse use) {
    return new VersionNeeds(use.open() - use.waiting(), use.waiting());
  }
}
