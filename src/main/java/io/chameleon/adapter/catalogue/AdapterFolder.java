package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.peft.AdapterDescription;
import io.chameleon.adapter.peft.InvalidAdapterException;
import io.chameleon.adapter.peft.PeftConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder that holds an adapter, or is said to.
 *
 * @param name the adapter's name
 * @param path where it lies
 * @param root links in it must not lead out of this folder
 */
record AdapterFolder(String name, Path path, Path root) {

  private static final List<String> FILES =
      List.of(PeftConfigReader.FILE, AdapterDescription.WEIGHTS, SettingsFile.FILE);

  /**
   * Refuses links that lead out of the root. Those that stay inside are what volumes of Kubernetes
   * are made of.
   *
   * @throws InvalidAdapterException naming the link
   */
  void requireLinksInside() throws IOException {
    requireInside(path);
    for (String file : FILES) {
      requireInside(path.resolve(file));
    }
  }

  private void requireInside(Path file) throws IOException {
    // Resolving a path takes many times as long as asking whether there is a link at all.
    if (Files.isSymbolicLink(file) && !leadsInside(file)) {
      throw new InvalidAdapterException(
          "%s is a link that leads out of the folder of adapters".formatted(file.getFileName()));
    }
  }

  private boolean leadsInside(Path link) throws IOException {
    try {
      return link.toRealPath().startsWith(root.toRealPath());
    } catch (NoSuchFileException e) {
      return true;
    }
  }
}
