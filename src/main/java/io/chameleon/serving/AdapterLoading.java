package io.chameleon.serving;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Entry;
import io.chameleon.adapter.catalogue.AdapterConflictException;
import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.catalogue.BackgroundScan;
import io.chameleon.adapter.peft.InvalidAdapterException;
import io.chameleon.request.AdapterNameTakenException;
import io.chameleon.request.AdapterRefusedException;
import io.chameleon.request.InvalidRequestException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters adapters into the catalogue as an administrator wants. All of an adapter is read and
 * checked first, so that a bad one never takes a name from a good one. Blocks; for threads that
 * may.
 */
final class AdapterLoading {

  private static final Logger log = LoggerFactory.getLogger(AdapterLoading.class);

  private final AdapterRegistry registry;
  private final BackgroundScan.Reader reader;

  AdapterLoading(AdapterRegistry registry, BackgroundScan.Reader reader) {
    this.registry = registry;
    this.reader = reader;
  }

  /**
   * Sees that a name stands for what is wanted.
   *
   * @throws AdapterRefusedException if that is no good
   * @throws AdapterNameTakenException if it stands for something else, and must not be replaced
   * @throws io.chameleon.request.UnknownModelException if there is no such name, and no path given
   */
  AdapterVersion enter(LoadRequest wanted) {
    Entry known = registry.find(wanted.name()).orElse(null);
    String path = wanted.path();
    if (path == null && !(known instanceof AdapterCatalogue.Unloaded)) {
      return registry.catalogue().require(wanted.name());
    }
    if (path != null && known != null && !wanted.replace() && isTaken(known)) {
      throw new AdapterNameTakenException(wanted.name());
    }
    Path folder = path == null && known != null ? known.folder() : parse(String.valueOf(path));
    return load(wanted, folder);
  }

  private static boolean isTaken(Entry known) {
    return !(known instanceof AdapterCatalogue.Unloaded);
  }

  private AdapterVersion load(LoadRequest wanted, Path folder) {
    try {
      return registry.load(wanted.name(), folder, wanted.replace(), reader);
    } catch (InvalidAdapterException e) {
      throw new AdapterRefusedException(wanted.name(), String.valueOf(e.getMessage()));
    } catch (AdapterConflictException e) {
      throw new AdapterNameTakenException(wanted.name());
    } catch (IOException e) {
      log.warn("Adapter {} could not be loaded from {}: {}", wanted.name(), folder, e.toString());
      throw new AdapterRefusedException(wanted.name(), "its folder could not be read");
    }
  }

  private static Path parse(String path) {
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw new InvalidRequestException("path", "The path is no path: " + e.getReason() + ".");
    }
  }
}
