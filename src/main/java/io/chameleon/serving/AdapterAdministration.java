package io.chameleon.serving;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Entry;
import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.catalogue.BackgroundScan;
import io.chameleon.adapter.pool.AdapterPool;
import io.chameleon.adapter.pool.Farewell;
import io.chameleon.adapter.pool.FreedMemory;
import io.chameleon.adapter.pool.PoolAdministration;
import io.chameleon.adapter.pool.PoolView;
import io.chameleon.adapter.pool.VersionNeeds;
import io.chameleon.request.AdapterUnloadedException;
import io.chameleon.request.UnknownModelException;
import io.chameleon.scheduling.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What administrators do to adapters: load, pin, preload, unload. What concerns pool and scheduler
 * is done by the engine thread, between two steps, so that no sequence comes or goes meanwhile.
 * Safe for use by many threads; answers come on whatever thread has the last word.
 */
public final class AdapterAdministration {

  private static final FreedMemory NOTHING = new FreedMemory(0, 0);

  private final AdapterRegistry registry;
  private final AdapterLoading loading;
  private final EngineCommands commands;
  private final Supplier<AdapterPool> pool;

  /**
   * Makes it.
   *
   * @param registry what names stand for
   * @param reader reads all of an adapter before it is entered
   * @param commands for the engine thread
   * @param pool asked on the engine thread alone
   */
  public AdapterAdministration(
      AdapterRegistry registry,
      BackgroundScan.Reader reader,
      EngineCommands commands,
      Supplier<AdapterPool> pool) {
    this.registry = registry;
    this.loading = new AdapterLoading(registry, reader);
    this.commands = commands;
    this.pool = pool;
  }

  /** The pool as it is between two steps. */
  public Mono<PoolView> view() {
    return onEngine(PoolAdministration::view);
  }

  /**
   * Serves an adapter under a name.
   *
   * @return fails as {@link AdapterLoading#enter} says
   */
  public Mono<LoadReport> load(LoadRequest wanted) {
    return Mono.fromCallable(() -> loading.enter(wanted))
        .subscribeOn(Schedulers.boundedElastic())
        .flatMap(version -> settle(version, wanted));
  }

  /**
   * Ends that a name stands for anything, at once, and frees what it stood for.
   *
   * @return fails with {@link UnknownModelException} if it stands for nothing
   */
  public Mono<UnloadReport> unload(UnloadRequest wanted) {
    return Mono.fromFuture(() -> commands.submit(engine -> begin(wanted, engine)), true)
        .flatMap(begun ->
            begun
                .map(unloading -> finish(unloading, wanted.timeout()))
                .orElseGet(() -> Mono.error(new UnknownModelException(wanted.name()))));
  }

  private Mono<LoadReport> settle(AdapterVersion version, LoadRequest wanted) {
    Mono<Boolean> pinned = wanted.pin() ? onEngine(pool -> pool.pin(version)) : Mono.just(false);
    return pinned.flatMap(isPinned -> {
      String message =
          wanted.pin() && !isPinned
              ? "It is not pinned: beside what is pinned there is no room for it and for sequences."
              : null;
      return wanted.preload()
          ? preload(version, wanted.timeout(), isPinned, message)
          : Mono.just(LoadReport.of(version, isPinned, false, message));
    });
  }

  private Mono<LoadReport> preload(
      AdapterVersion version, Duration timeout, boolean isPinned, @Nullable String message) {
    return onEngine(pool -> pool.preload(version))
        // Not to be waited for any longer, it is cancelled, and so given up.
        .flatMap(done -> Mono.fromFuture(done).timeout(timeout).thenReturn(true))
        .map(done -> LoadReport.of(version, isPinned, true, message))
        .onErrorResume(
            TimeoutException.class,
            late ->
                onEngine(pool -> pool.missing(version))
                    .map(missing -> LoadReport.of(version, isPinned, false, missing)));
  }

  /** On the engine thread. Nothing if the name stands for nothing. */
  private Optional<Unloading> begin(UnloadRequest wanted, Scheduler engine) {
    Entry entry = registry.find(wanted.name()).orElse(null);
    if (entry == null || entry instanceof AdapterCatalogue.Unloaded) {
      return Optional.empty();
    }
    if (entry instanceof AdapterCatalogue.Served(AdapterVersion version)) {
      return Optional.of(begin(version, wanted, engine));
    }
    registry.unload(wanted.name());
    return Optional.of(new Unloading(null, report(wanted, null, 0).drained(NOTHING), null));
  }

  private Unloading begin(AdapterVersion version, UnloadRequest wanted, Scheduler engine) {
    PoolAdministration administration = pool.get().administration();
    VersionNeeds needs = administration.needs(version);
    if (wanted.mode() == UnloadMode.REFUSE && !needs.isNone()) {
      return new Unloading(version, report(wanted, version, 0).refused(needs), null);
    }
    Farewell farewell = administration.farewell(version);
    registry.unload(wanted.name());
    administration.follow();
    int ended =
        wanted.mode() == UnloadMode.FORCE
            ? engine.endThoseWith(version, new AdapterUnloadedException(wanted.name()))
            : 0;
    return new Unloading(version, report(wanted, version, ended), farewell);
  }

  private Mono<UnloadReport> finish(Unloading unloading, Duration timeout) {
    Farewell farewell = unloading.farewell;
    AdapterVersion version = unloading.version;
    if (farewell == null || version == null) {
      return Mono.just(unloading.report);
    }
    Mono<UnloadReport> gone = Mono.fromFuture(farewell.gone(), true).map(unloading.report::drained);
    return farewell.gone().isDone()
        ? gone
        : gone.timeout(
            timeout, onEngine(pool -> pool.needs(version)).map(unloading.report::draining));
  }

  private <T> Mono<T> onEngine(Function<PoolAdministration, T> work) {
    return Mono.fromFuture(
        () -> commands.submit(engine -> work.apply(pool.get().administration())), true);
  }

  private static UnloadReport report(
      UnloadRequest wanted, @Nullable AdapterVersion version, int ended) {
    String hash = version == null ? null : version.contentHash().orElse(null);
    return new UnloadReport(
        wanted.name(), hash, wanted.mode().wireName(), false, false, ended, 0, 0, 0, 0);
  }

  /**
   * An unload that has begun.
   *
   * @param version what the name stood for, or null if nothing was served
   * @param farewell follows it, or null if there is nothing to wait for
   */
  private record Unloading(
      @Nullable AdapterVersion version, UnloadReport report, @Nullable Farewell farewell) {}
}
