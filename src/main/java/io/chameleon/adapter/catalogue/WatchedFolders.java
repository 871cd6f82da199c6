package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.peft.PeftConfigReader;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folders whose content is the desired state. A look lists them. For one thread at a time. */
final class WatchedFolders {

  private static final Logger log = LoggerFactory.getLogger(WatchedFolders.class);

  private final List<Path> roots;
  private final FolderTracker tracker;
  private final Set<Path> failing = new HashSet<>();
  private Map<Path, List<TrackedFolder>> found = Map.of();

  /**
   * Looks at nothing yet.
   *
   * @throws IllegalArgumentException if a folder does not exist
   */
  WatchedFolders(List<Path> folders, FolderTracker tracker) {
    this.roots = folders.stream().map(folder -> folder.toAbsolutePath().normalize()).toList();
    this.tracker = tracker;
    for (Path root : roots) {
      if (!Files.isDirectory(root)) {
        throw new IllegalArgumentException("%s: no such adapter folder".formatted(root));
      }
    }
  }

  /** Looks at all, in the order in which they were given, then by name. */
  List<TrackedFolder> look() {
    Map<Path, List<TrackedFolder>> next = new HashMap<>();
    List<TrackedFolder> all = new ArrayList<>();
    for (Path root : roots) {
      List<TrackedFolder> before = found.getOrDefault(root, List.of());
      // The same folder may be given twice; it is looked at once.
      List<TrackedFolder> now = next.computeIfAbsent(root, r -> look(r, before));
      all.addAll(now);
    }
    found = next;
    return all;
  }

  /**
   * A folder that cannot be listed is no empty folder: what was found in it before still counts.
   */
  private List<TrackedFolder> look(Path root, List<TrackedFolder> before) {
    try {
      List<AdapterFolder> folders = list(root);
      failing.remove(root);
      Map<Path, TrackedFolder> known = HashMap.newHashMap(before.size());
      before.forEach(folder -> known.put(folder.folder().path(), folder));
      List<TrackedFolder> now = new ArrayList<>(folders.size());
      for (AdapterFolder folder : folders) {
        now.add(tracker.look(folder, known.get(folder.path())));
      }
      return now;
    } catch (IOException e) {
      if (failing.add(root)) {
        log.warn("the adapter folder {} cannot be listed; it will be tried again", root, e);
      }
      return before;
    }
  }

  private static List<AdapterFolder> list(Path root) throws IOException {
    if (Files.exists(root.resolve(PeftConfigReader.FILE))) {
      return List.of(new AdapterFolder(String.valueOf(root.getFileName()), root, root));
    }
    List<Path> paths = new ArrayList<>();
    // Hidden folders belong to tools: volume mounts, version control, download caches.
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(root, entry -> !entry.getFileName().toString().startsWith("."))) {
      entries.forEach(paths::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(paths);
    return paths.stream()
        .filter(Files::isDirectory)
        .map(path -> new AdapterFolder(path.getFileName().toString(), path, root))
        .toList();
  }
}
