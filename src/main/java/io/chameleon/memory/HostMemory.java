package io.chameleon.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * How much memory this process may still take: what the machine has to give, or less where a cgroup
 * sets a limit.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#memory">cgroup v2, memory</a>
 */
public final class HostMemory {

  private static final int KIBIBYTE = 1024;

  /**
   * Where a cgroup version keeps its numbers.
   *
   * @param limit file with the limit
   * @param usage file with what counts against it
   * @param statistics file with what it is made of
   * @param cache the line there that counts file pages not used lately, which the kernel drops
   *     first
   */
  private record Group(String limit, String usage, String statistics, String cache) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group(
              "sys/fs/cgroup/memory.max",
              "sys/fs/cgroup/memory.current",
              "sys/fs/cgroup/memory.stat",
              "inactive_file"),
          new Group(
              "sys/fs/cgroup/memory/memory.limit_in_bytes",
              "sys/fs/cgroup/memory/memory.usage_in_bytes",
              "sys/fs/cgroup/memory/memory.stat",
              "total_inactive_file"));

  private final Path root;

  /** The memory of this machine. */
  public HostMemory() {
    this(Path.of("/"));
  }

  /** For tests: with {@code proc} and {@code sys} under another root. */
  HostMemory(Path root) {
    this.root = root;
  }

  /** Bytes that can be taken without taking them from others. */
  public long availableBytes() {
    long available = machineBytes();
    for (Group group : GROUPS) {
      OptionalLong limit = number(root.resolve(group.limit()));
      OptionalLong usage = number(root.resolve(group.usage()));
      if (limit.isPresent() && usage.isPresent()) {
        long taken = Math.max(0, usage.getAsLong() - droppable(group));
        available = Math.min(available, Math.max(0, limit.getAsLong() - taken));
      }
    }
    return available;
  }

  private long droppable(Group group) {
    Path file = root.resolve(group.statistics());
    String prefix = group.cache() + " ";
    return Files.isReadable(file)
        ? lines(file).stream()
            .filter(line -> line.startsWith(prefix))
            .mapToLong(line -> Long.parseLong(line.substring(prefix.length()).strip()))
            .sum()
        : 0;
  }

  private long machineBytes() {
    Path file = root.resolve("proc/meminfo");
    if (!Files.isReadable(file)) {
      return Runtime.getRuntime().maxMemory();
    }
    for (String line : lines(file)) {
      if (line.startsWith("MemAvailable:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE;
      }
    }
    throw new IllegalStateException(file + " has no line MemAvailable");
  }

  /** The number in a file; nothing if there is no such file, or it says that there is no limit. */
  private static OptionalLong number(Path file) {
    if (!Files.isReadable(file)) {
      return OptionalLong.empty();
    }
    String text = String.join("", lines(file)).strip();
    return text.equals("max") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
