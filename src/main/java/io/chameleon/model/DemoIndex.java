package io.chameleon.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the demo consists of: {@code demo-model/index.txt} in the jar, a line of SHA-256, size in
 * bytes and path for each file.
 *
 * @param contentHash hex SHA-256 of the index, which stands for all it names
 * @param entries the files
 */
record DemoIndex(String contentHash, List<Entry> entries) {

  private static final String FILE = "index.txt";

  /** One file of the demo. */
  record Entry(String sha256, long size, String path) {}

  /** Reads the index in the jar. */
  static DemoIndex load() {
    try (InputStream in = DemoModel.resource(FILE)) {
      byte[] bytes = in.readAllBytes();
      List<Entry> entries =
          new String(bytes, StandardCharsets.UTF_8).lines().map(DemoIndex::entry).toList();
      return new DemoIndex(Sha256.hex(bytes), entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether every file lies below a folder with its size. */
  boolean isIntact(Path folder) {
    return entries.stream().allMatch(entry -> isIntact(folder.resolve(entry.path()), entry));
  }

  /**
   * Copies every file below a folder and compares its hash on the way.
   *
   * @throws InvalidFileException if the jar is damaged
   */
  void copyTo(Path folder) throws IOException {
    for (Entry entry : entries) {
      Path file = folder.resolve(entry.path());
      Files.createDirectories(file.getParent());
      Sha256 hash = new Sha256();
      try (InputStream in = DemoModel.resource(entry.path());
          OutputStream out = Files.newOutputStream(file)) {
        hash.updateWhileCopying(in, out);
      }
      String found = hash.hex();
      if (!found.equals(entry.sha256())) {
        throw new InvalidFileException(
            "demo-model/%s in the jar has SHA-256 %s; expected %s"
                .formatted(entry.path(), found, entry.sha256()));
      }
    }
  }

  private static boolean isIntact(Path file, Entry entry) {
    try {
      return Files.isRegularFile(file) && Files.size(file) == entry.size();
    } catch (IOException e) {
      return false; // what cannot be read is made anew, and the reason comes up there
    }
  }

  private static Entry entry(String line) {
    String[] parts = line.split(" ", 3);
    return new Entry(parts[0], Long.parseLong(parts[1]), parts[2]);
  }
}
