package io.chameleon.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How much memory this process may take, and still take: what the machine has to give, or less
 * where a cgroup sets a limit.
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

  /**
   * Memory under one limit.
   *
   * @param limitBytes most that may be taken
   * @param availableBytes what can still be taken; at most the limit
   */
  private record Room(long limitBytes, long availableBytes) {

    double takenShare() {
      return limitBytes == 0 ? 1 : 1 - (double) availableBytes / limitBytes;
    }
  }

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

  /** The memory of a machine whose {@code proc} and {@code sys} lie under another root. */
  public HostMemory(Path root) {
    this.root = root;
  }

  /** Bytes that can be taken without taking them from others. */
  public long availableBytes() {
    long machine = machine("MemAvailable").orElseGet(Runtime.getRuntime()::maxMemory);
    return groups().mapToLong(Room::availableBytes).reduce(machine, Math::min);
  }

  /** Most bytes that can ever be taken: the machine's, or the least limit. */
  public OptionalLong limitBytes() {
    return rooms().stream().mapToLong(Room::limitBytes).min();
  }

  /**
   * The share that is taken of the machine's memory or of a cgroup's limit, whichever is tighter, 0
   * to 1; what the kernel drops first counts as free. Nothing where the machine tells neither.
   */
  public OptionalDouble takenShare() {
    return rooms().stream().mapToDouble(Room::takenShare).max();
  }

  private List<Room> rooms() {
    OptionalLong total = machine("MemTotal");
    OptionalLong available = machine("MemAvailable");
    Stream<Room> machine =
        total.isPresent() && available.isPresent()
            ? Stream.of(new Room(total.getAsLong(), available.getAsLong()))
            : Stream.empty();
    return Stream.concat(machine, groups()).toList();
  }

  private Stream<Room> groups() {
    return GROUPS.stream().flatMap(group -> room(group).stream());
  }

  private Optional<Room> room(Group group) {
    OptionalLong limit = number(root.resolve(group.limit()));
    OptionalLong usage = number(root.resolve(group.usage()));
    if (limit.isEmpty() || usage.isEmpty()) {
      return Optional.empty();
    }
    long taken = Math.max(0, usage.getAsLong() - droppable(group));
    return Optional.of(new Room(limit.getAsLong(), Math.max(0, limit.getAsLong() - taken)));
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

  /** Bytes of a line of the machine's own count; nothing where it keeps none. */
  private OptionalLong machine(String name) {
    Path file = root.resolve("proc/meminfo");
    if (!Files.isReadable(file)) {
      return OptionalLong.empty();
    }
    for (String line : lines(file)) {
      if (line.startsWith(name + ":")) {
        return OptionalLong.of(Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE);
      }
    }
    throw new IllegalStateException(file + " has no line " + name);
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
