package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.peft.AdapterFile;
import io.chameleon.adapter.peft.InvalidAdapterException;
import io.chameleon.adapter.peft.PeftConfigReader;
import io.chameleon.model.ModelConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the adapter folders and holds what was found. A bad adapter is entered with the reason and
 * stops no other. Any thread may read; the catalogue is replaced as a whole.
 */
public final class AdapterRegistry implements AutoCloseable {

  private final ModelConfig model;
  private final String baseModelId;
  private volatile AdapterCatalogue catalogue = new AdapterCatalogue(List.of());

  private AdapterRegistry(ModelConfig model, String baseModelId) {
    this.model = model;
    this.baseModelId = baseModelId;
  }

  /**
   * Reads every adapter below the folders, weights included.
   *
   * @param folders each holds a PEFT folder for each adapter, or is one itself
   * @param model what adapters must fit
   * @param baseModelId a name no adapter may have
   * @throws IllegalArgumentException if a folder does not exist
   */
  public static AdapterRegistry open(List<Path> folders, ModelConfig model, String baseModelId) {
    AdapterRegistry registry = new AdapterRegistry(model, baseModelId);
    registry.catalogue = registry.read(folders);
    return registry;
  }

  /** What there is now. */
  public AdapterCatalogue catalogue() {
    return catalogue;
  }

  /** The adapter of this name, or nothing if there is none. */
  public Optional<AdapterCatalogue.Entry> find(String name) {
    return catalogue.find(name);
  }

  /** Closes the files of all adapters. */
  @Override
  public void close() {
    catalogue.served().forEach(served -> served.file().close());
  }

  private AdapterCatalogue read(List<Path> folders) {
    List<AdapterCatalogue.Entry> entries = new ArrayList<>();
    Map<String, Path> taken = new HashMap<>();
    for (Path folder : folders) {
      for (Path adapter : adapterFolders(folder)) {
        String name = adapter.getFileName().toString();
        Path first = taken.putIfAbsent(name, adapter);
        entries.add(
            first == null
                ? entry(name, adapter)
                : new AdapterCatalogue.Refused(
                    name, adapter, "the name is taken by the adapter in " + first));
      }
    }
    return new AdapterCatalogue(entries);
  }

  private AdapterCatalogue.Entry entry(String name, Path folder) {
    try {
      AdapterNames.check(name, baseModelId);
      return served(name, folder, AdapterFile.open(folder, model));
    } catch (InvalidAdapterException e) {
      return new AdapterCatalogue.Refused(name, folder, String.valueOf(e.getMessage()));
    }
  }

  private static AdapterCatalogue.Served served(String name, Path folder, AdapterFile file) {
    try {
      file.checkValues();
      return new AdapterCatalogue.Served(name, folder, file, file.contentHash());
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static List<Path> adapterFolders(Path configured) {
    Path folder = configured.toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("%s: no such adapter folder".formatted(folder));
    }
    if (Files.exists(folder.resolve(PeftConfigReader.FILE))) {
      return List.of(folder);
    }
    try (Stream<Path> entries = Files.list(folder)) {
      // Hidden folders belong to tools: volume mounts, version control, download caches.
      return entries
          .filter(entry -> !entry.getFileName().toString().startsWith("."))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("%s: cannot be listed".formatted(folder), e);
    }
  }
}
