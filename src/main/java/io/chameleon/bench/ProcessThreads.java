package io.chameleon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What Linux tells of a process under {@code /proc}: its threads, and the cores it may use. */
final class ProcessThreads {

  private static final Path PROC = Path.of("/proc");

  private static final String ALLOWED = "Cpus_allowed_list:";

  /**
   * A thread.
   *
   * @param id of the kernel
   * @param name the first 15 characters of it
   */
  record Native(int id, String name) {}

  private ProcessThreads() {}

  /** The threads of a process; none where the platform does not tell. */
  static List<Native> of(long process) {
    Path tasks = PROC.resolve(Long.toString(process)).resolve("task");
    List<Native> threads = new ArrayList<>();
    if (!Files.isDirectory(tasks)) {
      return threads;
    }
    try (DirectoryStream<Path> each = Files.newDirectoryStream(tasks)) {
      for (Path task : each) {
        add(task, threads);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return threads;
  }

  /** The cores that this process may use; none where the platform does not tell. */
  static BitSet allowedCores() {
    Path status = PROC.resolve("self").resolve("status");
    if (!Files.isReadable(status)) {
      return new BitSet();
    }
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(ALLOWED))
          .map(line -> cores(line.substring(ALLOWED.length()).strip()))
          .findFirst()
          .orElseGet(BitSet::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Cores as the kernel lists them: {@code 0-3,8}. */
  static BitSet cores(String list) {
    BitSet cores = new BitSet();
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", 2);
      int first = Integer.parseInt(ends[0].strip());
      int last = ends.length == 1 ? first : Integer.parseInt(ends[1].strip());
      cores.set(first, last + 1);
    }
    return cores;
  }

  /** A thread may end while it is looked at. */
  private static void add(Path task, List<Native> threads) throws IOException {
    try {
      int id = Integer.parseInt(String.valueOf(task.getFileName()));
      threads.add(new Native(id, Files.readString(task.resolve("comm")).strip()));
    } catch (NoSuchFileException ended) {
      // It is no thread of the process any more.
    }
  }
}
