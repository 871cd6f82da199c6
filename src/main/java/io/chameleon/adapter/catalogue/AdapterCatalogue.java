package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.peft.AdapterFile;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which adapters exist, as of one look at the folders. Immutable: a later look makes a new one. */
public final class AdapterCatalogue {

  private final List<Entry> entries;
  private final Map<String, Entry> byName = new LinkedHashMap<>();

  /** A catalogue of these; of two of the same name the first one counts. */
  public AdapterCatalogue(List<Entry> entries) {
    this.entries = entries.stream().sorted(Comparator.comparing(Entry::name)).toList();
    this.entries.forEach(entry -> byName.putIfAbsent(entry.name(), entry));
  }

  /** An adapter folder: served or refused. */
  public sealed interface Entry {

    /** The adapter's name, which is its folder's. */
    String name();

    /** Where it lies. */
    Path folder();
  }

  /**
   * An adapter that is served.
   *
   * @param file open as long as the registry is
   * @param contentHash hex SHA-256 over configuration and weights
   */
  public record Served(String name, Path folder, AdapterFile file, String contentHash)
      implements Entry {}

  /**
   * An adapter that is not served.
   *
   * @param reason for people
   */
  public record Refused(String name, Path folder, String reason) implements Entry {}

  /** All, by name; of two of the same name the one that counts comes first. */
  public List<Entry> entries() {
    return entries;
  }

  /** The adapter of this name, or nothing if there is none. */
  public Optional<Entry> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** All that are served, by name. */
  public List<Served> served() {
    return entries.stream().filter(Served.class::isInstance).map(Served.class::cast).toList();
  }

  /** All that are refused, by name. */
  public List<Refused> refused() {
    return entries.stream().filter(Refused.class::isInstance).map(Refused.class::cast).toList();
  }
}
