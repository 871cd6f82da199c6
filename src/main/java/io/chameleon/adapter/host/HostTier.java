package io.chameleon.adapter.host;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.request.AdapterTier;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Adapters in host memory: what is claimed, and beside it a cache by content hash, weighed in
 * bytes, from which Caffeine evicts. One load serves all who wait for a version. Safe for use by
 * many threads; loads run on the executor, so that a slow one holds up those alone who wait for it.
 */
public final class HostTier implements AutoCloseable {

  private final HostLoader loader;
  private final Executor loaders;
  private final Cache<String, PackedAdapter> cached;
  private final Object lock = new Object();

  /** Who waits for what is being loaded. */
  @GuardedBy("lock")
  private final IdentityHashMap<AdapterVersion, List<Waiter>> loading = new IdentityHashMap<>();

  /** Who waits, and who is told then. */
  private record Waiter(HostClaim claim, Runnable done) {}

  /**
   * @param loader reads what is not here
   * @param loaders runs each load; a thread for each, so that none waits for another
   * @param maxBytes most bytes that are cached
   */
  public HostTier(HostLoader loader, Executor loaders, long maxBytes) {
    this.loader = loader;
    this.loaders = loaders;
    this.cached =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher(HostTier::weight)
            .executor(Runnable::run)
            .removalListener(HostTier::letGo)
            .build();
  }

  /**
   * Holds a version in host memory, loading it if it is not there.
   *
   * @param done called when there is nothing more to wait for, on any thread; not called if it is
   *     here already
   */
  public HostClaim claim(AdapterVersion version, Runnable done) {
    HostClaim here = claimIfHere(version);
    if (here != null) {
      return here;
    }
    HostClaim claim = new HostClaim(AdapterTier.DISK);
    boolean first;
    synchronized (lock) {
      List<Waiter> waiters = loading.get(version);
      first = waiters == null;
      if (waiters == null) {
        waiters = new ArrayList<>();
        loading.put(version, waiters);
      }
      waiters.add(new Waiter(claim, done));
    }
    if (first) {
      start(version);
    }
    return claim;
  }

  /** Holds a version if it is cached; null if it is not. */
  public @Nullable HostClaim claimIfHere(AdapterVersion version) {
    PackedAdapter here = version.contentHash().map(cached::getIfPresent).orElse(null);
    if (here == null || !here.tryRetain()) {
      return null;
    }
    HostClaim claim = new HostClaim(AdapterTier.HOST);
    claim.succeed(here, 0);
    here.release();
    return claim;
  }

  /** What is cached of a version, not held; null if nothing is. */
  public @Nullable PackedAdapter cached(AdapterVersion version) {
    return version.contentHash().map(cached.asMap()::get).orElse(null);
  }

  /** Whether a version is cached. */
  public boolean isHere(AdapterVersion version) {
    return version.contentHash().map(cached.asMap()::containsKey).orElse(false);
  }

  /**
   * Loads a version that nobody has asked for, if the cache has room for it; waits until it is
   * here.
   *
   * @return false if there is no room; nothing was read then
   * @throws RuntimeException if it could not be loaded
   */
  public boolean warm(AdapterVersion version) throws InterruptedException {
    if (cachedBytes() + version.shape().packedBytes() > maxBytes()) {
      return false;
    }
    CountDownLatch done = new CountDownLatch(1);
    try (HostClaim claim = claim(version, done::countDown)) {
      if (!claim.isDone()) {
        done.await();
      }
      claim.poll();
    }
    return true;
  }

  /** Drops what is cached and has none of these hashes. */
  public void retainAll(Set<String> contentHashes) {
    cached.asMap().keySet().retainAll(contentHashes);
  }

  /** Most bytes that are cached. */
  public long maxBytes() {
    return eviction().getMaximum();
  }

  /** Sets how many bytes are cached at most; what is too much leaves at once. */
  public void setMaxBytes(long bytes) {
    eviction().setMaximum(bytes);
    cached.cleanUp();
  }

  /** Bytes that are cached. */
  public long cachedBytes() {
    return eviction().weightedSize().orElse(0);
  }

  /** Adapters that are cached. */
  public long cachedAdapters() {
    return cached.estimatedSize();
  }

  /** Versions that are being loaded. */
  public int loads() {
    synchronized (lock) {
      return loading.size();
    }
  }

  /** Drops all that is cached; what is claimed stays with its claims. */
  @Override
  public void close() {
    cached.invalidateAll();
    cached.cleanUp();
  }

  private void start(AdapterVersion version) {
    try {
      loaders.execute(() -> load(version));
    } catch (RuntimeException refused) {
      finish(version, null, HostLoader.unavailable(version, refused));
    }
  }

  private void load(AdapterVersion version) {
    HostLoader.Loaded loaded = null;
    RuntimeException failure = null;
    try {
      loaded = cached(version, loader.load(version));
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      finish(version, loaded, failure);
    }
  }

  /**
   * Puts what was loaded into the cache, before others cease to wait for it, or they would load it
   * again. Two names may have the same content: whoever was first stays.
   */
  private HostLoader.Loaded cached(AdapterVersion version, HostLoader.Loaded loaded) {
    PackedAdapter packed = loaded.packed();
    String hash = packed.layout().contentHash();
    PackedAdapter twin = cached.getIfPresent(hash);
    if (twin != null && twin.tryRetain()) {
      packed.release();
      return new HostLoader.Loaded(twin, loaded.nanos());
    }
    if (loader.isCurrent(version) && packed.tryRetain()) {
      PackedAdapter before = cached.asMap().putIfAbsent(hash, packed);
      if (before != null) {
        packed.release();
      } else if (!loader.isCurrent(version)) {
        // It was unloaded in between, and what is not named any more has been dropped already.
        cached.asMap().remove(hash, packed);
      }
    }
    return loaded;
  }

  private void finish(
      AdapterVersion version,
      HostLoader.@Nullable Loaded loaded,
      @Nullable RuntimeException failure) {
    List<Waiter> waiters;
    synchronized (lock) {
      waiters = loading.remove(version);
    }
    if (waiters == null) {
      throw new IllegalStateException(version + " was not being loaded");
    }
    for (Waiter waiter : waiters) {
      if (loaded != null) {
        waiter.claim().succeed(loaded.packed(), loaded.nanos());
      } else {
        waiter.claim().fail(failure == null ? HostLoader.unavailable(version, null) : failure);
      }
    }
    // Before anyone hears of it: who lets go at once has let go of all there is.
    if (loaded != null) {
      loaded.packed().release();
    }
    waiters.forEach(waiter -> waiter.done().run());
  }

  private Policy.Eviction<String, PackedAdapter> eviction() {
    return cached.policy().eviction().orElseThrow();
  }

  private static int weight(String contentHash, PackedAdapter adapter) {
    return (int) Math.min(Integer.MAX_VALUE, adapter.bytes());
  }

  private static void letGo(
      @Nullable String contentHash, @Nullable PackedAdapter adapter, RemovalCause cause) {
    if (adapter != null) {
      adapter.release();
    }
  }
}
