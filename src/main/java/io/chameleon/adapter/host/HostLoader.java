package io.chameleon.adapter.host;

import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.catalogue.OutdatedVersionException;
import io.chameleon.adapter.catalogue.VersionRegistry;
import io.chameleon.adapter.peft.InvalidAdapterException;
import io.chameleon.metrics.PoolMeters;
import io.chameleon.request.AdapterRefusedException;
import io.chameleon.request.ServiceUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads one version, and says in a client's words why it could not be. Bad content is reported, so
 * that the version is refused from then on; what merely could not be read is tried again by the
 * next request.
 */
public final class HostLoader {

  private static final Logger log = LoggerFactory.getLogger(HostLoader.class);

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final AdapterSource source;
  private final VersionRegistry registry;
  private final PoolMeters meters;
  private final LongSupplier nanoClock;

  /**
   * @param source where weights come from
   * @param registry is told of versions with bad content
   */
  public HostLoader(
      AdapterSource source, VersionRegistry registry, PoolMeters meters, LongSupplier nanoClock) {
    this.source = source;
    this.registry = registry;
    this.meters = meters;
    this.nanoClock = nanoClock;
  }

  /**
   * A version in host memory.
   *
   * @param packed held once, by who asked for it
   * @param nanos how long it took
   */
  record Loaded(PackedAdapter packed, long nanos) {}

  /** Whether a name stands for the version, so that it may be asked for again. */
  boolean isCurrent(AdapterVersion version) {
    return registry.isCurrent(version);
  }

  /**
   * Loads a version.
   *
   * @throws AdapterRefusedException if its content is bad
   * @throws ServiceUnavailableException if it could not be read this time
   * @throws OutdatedLoadException if its folder has changed, and a new version is about to be seen
   */
  Loaded load(AdapterVersion version) {
    long start = nanoClock.getAsLong();
    try {
      PackedAdapter loaded = source.read(version);
      long nanos = nanoClock.getAsLong() - start;
      meters.loadedToHost(nanos);
      return new Loaded(loaded, nanos);
    } catch (InvalidAdapterException e) {
      String reason = String.valueOf(e.getMessage());
      log.warn("Adapter {} is refused: {}", version.name(), reason);
      registry.refuse(version, reason);
      meters.loadFailed();
      throw new AdapterRefusedException(version.name(), reason);
    } catch (OutdatedVersionException e) {
      throw new OutdatedLoadException(version.name(), RETRY);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      meters.loadFailed();
      throw unavailable(version, e);
    }
  }

  static RuntimeException unavailable(AdapterVersion version, @Nullable Throwable cause) {
    log.warn("Adapter {} could not be loaded: {}", version.name(), String.valueOf(cause));
    log.debug("Its load failed here", cause);
    return new ServiceUnavailableException(
        "The adapter `%s` could not be read now; the request may be repeated."
            .formatted(version.name()),
        RETRY);
  }
}
