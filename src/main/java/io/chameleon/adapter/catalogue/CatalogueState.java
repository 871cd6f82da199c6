package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.catalogue.AdapterCatalogue.Entry;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Refused;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Served;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Unloaded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a catalogue is made of: folders found, folders loaded by an administrator, which come first,
 * folders unloaded, and versions refused since. For one thread at a time.
 */
final class CatalogueState {

  private final Map<String, TrackedFolder> loaded = new LinkedHashMap<>();
  private final Map<Path, FolderStamp> unloaded = new HashMap<>();
  private final Map<AdapterVersion, String> refusals = new HashMap<>();
  private List<TrackedFolder> found = List.of();

  /** The folders that were loaded, as they are known now. */
  List<TrackedFolder> loaded() {
    return List.copyOf(loaded.values());
  }

  /** The folder of this name and path among those found, or nothing. */
  Optional<TrackedFolder> found(String name, Path path) {
    return found.stream()
        .filter(folder -> folder.folder().name().equals(name))
        .filter(folder -> folder.folder().path().equals(path))
        .findFirst();
  }

  /** Takes over a look; what is over since is forgotten. */
  void looked(List<TrackedFolder> folders, List<TrackedFolder> before, List<TrackedFolder> after) {
    found = folders;
    for (int i = 0; i < before.size(); i++) {
      // Whoever loaded or unloaded the name meanwhile has the last word.
      loaded.replace(before.get(i).folder().name(), before.get(i), after.get(i));
    }
    Map<Path, FolderStamp> stamps = new HashMap<>();
    found.forEach(folder -> stamps.put(folder.folder().path(), folder.stamp()));
    unloaded.entrySet().removeIf(entry -> !entry.getValue().equals(stamps.get(entry.getKey())));
    Set<Entry> current =
        Stream.concat(found.stream(), loaded.values().stream())
            .map(TrackedFolder::entry)
            .collect(Collectors.toSet());
    refusals.keySet().removeIf(version -> !current.contains(new Served(version)));
  }

  /** A folder from elsewhere counts under its name. */
  void load(TrackedFolder folder) {
    loaded.put(folder.folder().name(), folder);
  }

  /** A folder that was found counts again under its name. */
  void loadAgain(TrackedFolder folder) {
    loaded.remove(folder.folder().name());
    unloaded.remove(folder.folder().path());
  }

  /** The name stands for nothing from now on. */
  void unload(String name) {
    loaded.remove(name);
    found.stream()
        .filter(folder -> folder.folder().name().equals(name))
        .forEach(folder -> unloaded.put(folder.folder().path(), folder.stamp()));
  }

  /** A version is not served any more, as long as its folder stays as it is. */
  void refuse(AdapterVersion version, String reason) {
    refusals.put(version, reason);
  }

  /** What follows from all that. */
  AdapterCatalogue catalogue() {
    List<Entry> entries = new ArrayList<>();
    Map<String, Path> taken = new HashMap<>();
    loaded.values().forEach(folder -> entries.add(counted(folder, taken)));
    for (TrackedFolder folder : found) {
      AdapterFolder place = folder.folder();
      entries.add(
          unloaded.containsKey(place.path())
              ? new Unloaded(place.name(), place.path())
              : counted(folder, taken));
    }
    return new AdapterCatalogue(entries);
  }

  private Entry counted(TrackedFolder folder, Map<String, Path> taken) {
    AdapterFolder place = folder.folder();
    Path first = taken.putIfAbsent(place.name(), place.path());
    if (first != null) {
      return new Refused(
          place.name(), place.path(), "the name is taken by the adapter in " + first);
    }
    String reason =
        folder.entry() instanceof Served(AdapterVersion version) ? refusals.get(version) : null;
    return reason == null ? folder.entry() : new Refused(place.name(), place.path(), reason);
  }
}
