package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.catalogue.AdapterCatalogue.Entry;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Pending;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Refused;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Served;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Unloaded;
import io.chameleon.adapter.peft.InvalidAdapterException;
import io.chameleon.model.DeviceModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the catalogue: what lies in the watched folders, and what an administrator loaded and
 * unloaded. A bad adapter is entered with the reason and stops no other. Safe for use by many
 * threads; the catalogue is replaced as a whole, and reading it never waits.
 */
public final class AdapterRegistry implements VersionRegistry, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AdapterRegistry.class);

  private final String baseModelId;
  private final FolderReader reader;
  private final FolderTracker tracker;
  private final WatchedFolders watched;
  private final AllowedRoots allowed;
  private final InstantSource clock;
  private final List<Consumer<AdapterCatalogue>> listeners = new CopyOnWriteArrayList<>();

  /** Held during a look, which may take as long as a slow file system likes. */
  private final ReentrantLock looking = new ReentrantLock();

  /** Held for no longer than it takes to change what is in memory. */
  private final ReentrantLock changing = new ReentrantLock();

  private final CatalogueState state = new CatalogueState();
  private volatile AdapterCatalogue catalogue = new AdapterCatalogue(List.of());
  private volatile boolean isClosed;

  /**
   * A registry that has not looked yet.
   *
   * @param folders watched: each holds a PEFT folder for each adapter, or is one itself
   * @param allowedRoots below which an administrator may load adapters from elsewhere
   * @param model what adapters must fit
   * @param baseModelId a name no adapter may have
   * @param room why an adapter of this shape can never be held, or nothing
   * @param clock the one that file times are compared with
   * @throws IllegalArgumentException if a watched folder does not exist
   */
  public AdapterRegistry(
      List<Path> folders,
      List<Path> allowedRoots,
      DeviceModel model,
      String baseModelId,
      Function<AdapterShape, Optional<String>> room,
      InstantSource clock) {
    this.baseModelId = baseModelId;
    this.clock = clock;
    this.reader = new FolderReader(model, baseModelId, room);
    this.tracker = new FolderTracker(reader, clock);
    this.watched = new WatchedFolders(folders, tracker);
    this.allowed = new AllowedRoots(allowedRoots);
  }

  /**
   * A registry of folders that nobody writes to, looked at once.
   *
   * @param folders each holds a PEFT folder for each adapter, or is one itself
   * @param model what adapters must fit
   * @param baseModelId a name no adapter may have
   * @throws IllegalArgumentException if a folder does not exist
   */
  public static AdapterRegistry open(List<Path> folders, DeviceModel model, String baseModelId) {
    AdapterRegistry registry =
        new AdapterRegistry(
            folders,
            List.of(),
            model,
            baseModelId,
            shape -> Optional.empty(),
            InstantSource.fixed(Instant.MAX));
    registry.look();
    return registry;
  }

  /** What there is now. */
  public AdapterCatalogue catalogue() {
    return catalogue;
  }

  /** The entry of this name, or nothing if there is none. */
  public Optional<Entry> find(String name) {
    return catalogue.find(name);
  }

  /**
   * Tells of each later change, before anyone else can make another one; so a listener must be
   * quick, and must not wait for a lock that a caller of this registry may hold.
   */
  public void onChange(Consumer<AdapterCatalogue> listener) {
    listeners.add(listener);
  }

  /** Looks at all folders, and reads the headers of those that changed; after closing, nothing. */
  public void look() {
    looking.lock();
    try {
      if (isClosed) {
        return;
      }
      List<TrackedFolder> found = watched.look();
      List<TrackedFolder> before = underLock(state::loaded);
      List<TrackedFolder> after = new ArrayList<>(before.size());
      before.forEach(folder -> after.add(tracker.look(folder.folder(), folder)));
      change(() -> state.looked(found, before, after));
    } finally {
      looking.unlock();
    }
  }

  @Override
  public boolean isCurrent(AdapterVersion version) {
    return catalogue.version(version.name()).orElse(null) == version;
  }

  /**
   * Enters that a version turned out bad when it was read; it stays refused until its folder
   * changes. Does nothing for a version that no name stands for any more.
   */
  @Override
  public void refuse(AdapterVersion version, String reason) {
    change(() -> {
      if (isCurrent(version)) {
        state.refuse(version, reason);
      }
    });
  }

  /**
   * Serves a folder outside the watched ones under a name, until the process ends; or one of the
   * watched ones again that was unloaded.
   *
   * @param replace whether the name may stand for something else now
   * @throws InvalidAdapterException if name, place or content are not allowed, with the reason
   * @throws AdapterConflictException if the name is taken and must not be replaced
   * @throws IOException if the folder cannot be read
   */
  public AdapterVersion load(String name, Path folder, boolean replace) throws IOException {
    return load(name, folder, replace, version -> {});
  }

  /**
   * The same, with a check before the name stands for it: if that throws, nothing has changed.
   *
   * @param check reads all of the version, say
   */
  public AdapterVersion load(String name, Path folder, boolean replace, BackgroundScan.Reader check)
      throws IOException {
    AdapterNames.check(name, baseModelId);
    Path path = folder.toAbsolutePath().normalize();
    Optional<TrackedFolder> known = underLock(() -> state.found(name, path));
    TrackedFolder loading = known.isPresent() ? known.get() : read(allowed.find(name, path));
    if (loading.entry() instanceof Served(AdapterVersion version)) {
      check.read(version);
    }
    return underLock(() -> {
      requireFree(name, loading, replace);
      if (known.isPresent()) {
        state.loadAgain(loading);
      } else {
        state.load(loading);
      }
      publish();
      return served(catalogue.find(name).orElse(loading.entry()));
    });
  }

  /** Ends that the name stands for anything; what it stood for, or nothing if it did not. */
  public Optional<Entry> unload(String name) {
    return underLock(() -> {
      Optional<Entry> entry = catalogue.find(name).filter(e -> !(e instanceof Unloaded));
      entry.ifPresent(e -> state.unload(name));
      publish();
      return entry;
    });
  }

  /** Ends the looks; the catalogue stays as it is. */
  @Override
  public void close() {
    isClosed = true;
  }

  private TrackedFolder read(AdapterFolder folder) throws IOException {
    FolderStamp stamp = FolderStamp.of(folder.path());
    try {
      Served entry = new Served(reader.read(folder, stamp));
      return new TrackedFolder(folder, stamp, clock.instant(), true, entry, null);
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void requireFree(String name, TrackedFolder loading, boolean replace) {
    boolean isFree =
        catalogue
            .find(name)
            .filter(entry -> !(entry instanceof Unloaded))
            .filter(entry -> !entry.folder().equals(loading.folder().path()))
            .isEmpty();
    if (!isFree && !replace) {
      throw new AdapterConflictException(name);
    }
  }

  private static AdapterVersion served(Entry entry) {
    return switch (entry) {
      case Served(AdapterVersion version) -> version;
      case Refused(_, _, var reason) -> throw new InvalidAdapterException(reason);
      case Pending(_, _, var reason) -> throw new InvalidAdapterException(reason);
      case Unloaded(var name, _) -> throw new IllegalStateException(name + " was loaded again");
    };
  }

  private void change(Runnable change) {
    underLock(() -> {
      change.run();
      publish();
      return catalogue;
    });
  }

  private void publish() {
    AdapterCatalogue next = state.catalogue();
    if (next.entries().equals(catalogue.entries())) {
      return;
    }
    catalogue = next;
    for (Consumer<AdapterCatalogue> listener : listeners) {
      try {
        listener.accept(next);
      } catch (RuntimeException e) {
        log.error("a listener failed at a change of the adapter catalogue", e);
      }
    }
  }

  private <T> T underLock(Supplier<T> work) {
    changing.lock();
    try {
      return work.get();
    } finally {
      changing.unlock();
    }
  }
}
