package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.peft.InvalidAdapterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where an administrator may load adapters from, all links resolved. */
final class AllowedRoots {

  private final List<Path> roots;

  AllowedRoots(List<Path> roots) {
    this.roots = List.copyOf(roots);
  }

  /**
   * The folder, if it lies below one of the roots.
   *
   * @throws InvalidAdapterException if it does not, or if there is no such folder: which of them is
   *     not told, since paths elsewhere are not the client's business
   */
  AdapterFolder find(String name, Path folder) {
    return roots.stream()
        .flatMap(root -> below(root, name, folder).stream())
        .findFirst()
        .orElseThrow(() ->
            new InvalidAdapterException("the path is no folder that adapters may be loaded from"));
  }

  private static Optional<AdapterFolder> below(Path root, String name, Path folder) {
    try {
      Path realRoot = root.toRealPath();
      Path real = folder.toRealPath();
      return real.startsWith(realRoot) && Files.isDirectory(real)
          ? Optional.of(new AdapterFolder(name, real, realRoot))
          : Optional.empty();
    } catch (IOException e) {
      // A root that is not there allows nothing.
      return Optional.empty();
    }
  }
}
