package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.peft.AdapterFile;
import io.chameleon.adapter.peft.InvalidAdapterException;
import io.chameleon.model.ModelConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.function.Supplier;

/**
 * Reads all of a version: its files, as they were when its headers were read, every number checked.
 * Safe for use by many threads.
 */
public final class VersionReader implements BackgroundScan.Reader {

  private final ModelConfig model;
  private final Supplier<Arena> memory;

  /** Reads versions that fit a model. */
  public VersionReader(ModelConfig model) {
    this(model, Arena::ofShared);
  }

  /**
   * Reads versions that fit a model.
   *
   * @param memory of each version that is read; closed with it
   */
  VersionReader(ModelConfig model, Supplier<Arena> memory) {
    this.model = model;
    this.memory = memory;
  }

  /**
   * Reads a version and identifies it.
   *
   * @return its weights in memory, to be closed by the caller
   * @throws InvalidAdapterException if the content is bad, or is not the version's any more
   * @throws OutdatedVersionException if the files are not those of the version any more
   * @throws IOException if it could not be read this time
   */
  @SuppressWarnings("MustBeClosedChecker") // the caller closes it
  public AdapterFile open(AdapterVersion version) throws IOException {
    requireSame(version);
    try {
      return identified(version);
    } catch (InvalidAdapterException e) {
      // Of files that were put in the place of others meanwhile it says nothing.
      requireSame(version);
      throw e;
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // closed here unless it is handed out
  private AdapterFile identified(AdapterVersion version) throws IOException {
    AdapterFile file = file(version);
    try {
      requireSame(version);
      file.checkValues();
      requireHash(version, file.contentHash());
      version.identify(file.contentHash());
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public void read(AdapterVersion version) throws IOException {
    open(version).close();
  }

  private AdapterFile file(AdapterVersion version) throws IOException {
    try {
      return AdapterFile.open(version.folder(), model, memory);
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void requireSame(AdapterVersion version) throws IOException {
    FolderStamp stamp = version.stamp();
    if (!stamp.equals(FolderStamp.NONE)
        && !stamp.hasSameContent(FolderStamp.of(version.folder()))) {
      throw new OutdatedVersionException(version);
    }
  }

  private static void requireHash(AdapterVersion version, String hash) {
    String wanted = version.settings().sha256();
    if (wanted != null && !wanted.equals(hash)) {
      throw new InvalidAdapterException(
          "%s asks for the sha256 %s; configuration and weights have %s"
              .formatted(SettingsFile.FILE, wanted, hash));
    }
    String known = version.contentHash().orElse(hash);
    if (!known.equals(hash)) {
      throw new InvalidAdapterException(
          "its content changed while its files looked the same: it was %s and is %s"
              .formatted(known, hash));
    }
  }
}
