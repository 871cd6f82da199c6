package io.chameleon.adapter.catalogue;

import io.chameleon.adapter.peft.AdapterDescription;
import io.chameleon.adapter.peft.PeftConfigReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * By what a change of an adapter's folder is seen without reading a file: length, time and identity
 * of each file that matters. Two that are equal stand for the same content, if a file is not
 * written twice within a tick of its file system's clock.
 */
public record FolderStamp(FileStamp config, FileStamp weights, FileStamp settings, Instant newest) {

  /** Of a version that lies in no folder. */
  static final FolderStamp NONE =
      new FolderStamp(FileStamp.ABSENT, FileStamp.ABSENT, FileStamp.ABSENT, Instant.EPOCH);

  /**
   * Looks at a folder.
   *
   * @throws IOException if that cannot be done; a file that is not there is no such case
   */
  public static FolderStamp of(Path folder) throws IOException {
    FileStamp config = FileStamp.of(folder.resolve(PeftConfigReader.FILE));
    FileStamp weights = FileStamp.of(folder.resolve(AdapterDescription.WEIGHTS));
    FileStamp settings = FileStamp.of(folder.resolve(SettingsFile.FILE));
    return new FolderStamp(config, weights, settings, newest(folder, config, weights, settings));
  }

  /** Whether neither configuration nor weights differ. */
  public boolean hasSameContent(FolderStamp other) {
    return config.equals(other.config) && weights.equals(other.weights);
  }

  /** Of a folder that is still empty, its own time is all there is. */
  private static Instant newest(Path folder, FileStamp... files) throws IOException {
    List<FileStamp> existing = List.of(files).stream().filter(FileStamp::exists).toList();
    return (existing.isEmpty() ? List.of(FileStamp.of(folder)) : existing)
        .stream()
            .map(file -> file.modified().toInstant())
            .max(Instant::compareTo)
            .orElse(Instant.EPOCH);
  }
}
