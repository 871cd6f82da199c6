package io.chameleon.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The model and adapters that lie in the jar. They are unpacked once into a cache folder named by
 * their content's hash: beside it first, then moved into place as a whole, under a lock that other
 * processes see, so that nobody ever reads a folder half made. A folder that was damaged since is
 * made anew.
 */
public final class DemoModel {

  /** The id under which the demo is served. */
  public static final String ID = "chameleon-demo";

  private static final String PREFIX = "demo-";
  private static final String UNPACKING = ".unpacking-";

  /** A file lock is held by the process, so threads of this one need a lock of their own. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final Path cache;
  private final DemoIndex index;

  /**
   * The demo, to be unpacked below a folder.
   *
   * @param cache made when it is missing
   */
  public DemoModel(Path cache) {
    this.cache = cache.toAbsolutePath();
    this.index = DemoIndex.load();
  }

  /**
   * The demo in the usual cache. A copy that lies whole under home is taken as it is, even where
   * nothing can be written, as in an image.
   */
  public static DemoModel inDefaultCache() {
    return inDefaultCache(
        Path.of(System.getProperty("user.home", "")),
        Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
  }

  static DemoModel inDefaultCache(Path home, Path temporary) {
    DemoModel atHome = new DemoModel(home.resolve(".cache").resolve("chameleon"));
    return atHome.index.isIntact(atHome.target())
        ? atHome
        : new DemoModel(defaultCache(home, temporary));
  }

  /** {@code ~/.cache/chameleon}, or a folder for temporary files where home is not writable. */
  static Path defaultCache(Path home, Path temporary) {
    Path existing = home.resolve(".cache").resolve("chameleon").toAbsolutePath();
    Path preferred = existing;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    boolean isUsable =
        existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
    return isUsable
        ? preferred
        : temporary.resolve("chameleon-" + System.getProperty("user.name", "cache"));
  }

  /**
   * Makes sure that the demo lies whole in the cache.
   *
   * @throws InvalidFileException if the cache cannot be written or the jar is damaged
   */
  public Unpacked unpack() {
    Path target = target();
    if (!index.isIntact(target)) {
      THREADS.lock();
      try {
        unpackLocked(target);
      } catch (IOException e) {
        throw new InvalidFileException(
            "%s: the demo model cannot be unpacked here: %s".formatted(cache, e), e);
      } finally {
        THREADS.unlock();
      }
    }
    return new Unpacked(target.resolve("base"), target.resolve("adapters"));
  }

  private Path target() {
    return cache.resolve(PREFIX + index.contentHash());
  }

  private void unpackLocked(Path target) throws IOException {
    Files.createDirectories(cache);
    try (FileChannel channel =
            FileChannel.open(
                cache.resolve(PREFIX + "lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !index.isIntact(target)) {
        removeLeftovers();
        Path fresh = Files.createTempDirectory(cache, UNPACKING);
        index.copyTo(fresh);
        delete(target);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  /**
   * What processes left that died while they unpacked: nobody else writes while we hold the lock.
   */
  private void removeLeftovers() throws IOException {
    List<Path> leftovers;
    try (Stream<Path> entries = Files.list(cache)) {
      leftovers = entries.filter(e -> e.getFileName().toString().startsWith(UNPACKING)).toList();
    }
    for (Path leftover : leftovers) {
      delete(leftover);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static InputStream resource(String path) {
    InputStream in = DemoModel.class.getResourceAsStream("/demo-model/" + path);
    if (in == null) {
      throw new InvalidFileException("the jar lacks demo-model/" + path);
    }
    return in;
  }

  /**
   * Where the demo lies.
   *
   * @param base a Hugging Face model folder
   * @param adapters holds one PEFT folder for each adapter
   */
  public record Unpacked(Path base, Path adapters) {}
}
