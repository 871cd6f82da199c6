package io.chameleon.adapter.catalogue;

import io.chameleon.request.AdapterRefusedException;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.request.UnknownModelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which adapters exist, as of one look at the folders. Immutable: a later look makes a new one. */
public final class AdapterCatalogue implements Versions {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final List<Entry> entries;
  private final Map<String, Entry> byName = new LinkedHashMap<>();

  /** A catalogue of these; of two of the same name the first one counts. */
  public AdapterCatalogue(List<Entry> entries) {
    this.entries = entries.stream().sorted(Comparator.comparing(Entry::name)).toList();
    this.entries.forEach(entry -> byName.putIfAbsent(entry.name(), entry));
  }

  /** What a name stands for. */
  public sealed interface Entry {

    /** The adapter's name: its folder's, or the one it was loaded under. */
    String name();

    /** Where it lies. */
    Path folder();
  }

  /**
   * An adapter that is served.
   *
   * @param version the same object as long as the folder does not change
   */
  public record Served(AdapterVersion version) implements Entry {

    @Override
    public String name() {
      return version.name();
    }

    @Override
    public Path folder() {
      return version.folder();
    }
  }

  /**
   * An adapter that is not served.
   *
   * @param reason for people
   */
  public record Refused(String name, Path folder, String reason) implements Entry {}

  /**
   * An adapter that may still be being copied, and is looked at again soon.
   *
   * @param reason what is missing, for people
   */
  public record Pending(String name, Path folder, String reason) implements Entry {}

  /** An adapter that an administrator unloaded: to requests, there is none of this name. */
  public record Unloaded(String name, Path folder) implements Entry {}

  /** All, by name; of two of the same name the one that counts comes first. */
  public List<Entry> entries() {
    return entries;
  }

  /** The entry of this name, or nothing if there is none. */
  public Optional<Entry> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The version that this name stands for, or nothing if none is served under it. */
  public Optional<AdapterVersion> version(String name) {
    return byName.get(name) instanceof Served served
        ? Optional.of(served.version())
        : Optional.empty();
  }

  @Override
  public AdapterVersion require(String name) {
    return switch (byName.get(name)) {
      case Served(AdapterVersion version) -> version;
      case Refused(var refused, _, var reason) ->
          throw new AdapterRefusedException(refused, reason);
      case Pending(var pending, _, var reason) ->
          throw new ServiceUnavailableException(
              "The adapter `%s` is not served yet: %s".formatted(pending, reason), RETRY_AFTER);
      case Unloaded _ -> throw new UnknownModelException(name);
      case null -> throw new UnknownModelException(name);
    };
  }

  @Override
  public Collection<AdapterVersion> versions() {
    return served().stream().map(Served::version).toList();
  }

  /** Bytes of the weight files of all that are served. */
  public long weightFileBytes() {
    return versions().stream().mapToLong(v -> Math.max(0, v.stamp().weights().bytes())).sum();
  }

  /** All that are served, by name. */
  public List<Served> served() {
    return of(Served.class);
  }

  /** All that are refused, by name. */
  public List<Refused> refused() {
    return of(Refused.class);
  }

  /** All that may still be being copied, by name. */
  public List<Pending> pending() {
    return of(Pending.class);
  }

  private <T extends Entry> List<T> of(Class<T> kind) {
    return entries.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
