package io.chameleon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Adapters that come, are replaced by others of the same name, and go, in a folder that a service
 * watches, until it is closed. Each is written elsewhere and moved into place as a whole.
 */
final class AdapterChurn implements AutoCloseable {

  private static final int NAMES = 8;

  private static final List<Integer> RANKS = List.of(8, 16, 32, 64);

  private static final long PERIOD_NANOS = 700_000_000;

  /** Numbers of adapters that stay are below. */
  private static final int FIRST_NUMBER = 1_000_000;

  private final AdapterGenerator generator;

  private final TemporaryFolder root;

  private final Path served;

  private final SplittableRandom random;

  private final Thread thread;

  private int made;

  private int replaced;

  private int removed;

  private volatile boolean closed;

  AdapterChurn(AdapterGenerator generator, Path parent, long seed) {
    this.generator = generator;
    this.root = TemporaryFolder.in(parent, "soak-churn-");
    this.served = root.path().resolve("served");
    this.random = new SplittableRandom(seed);
    this.thread = Thread.ofPlatform().name("churn").daemon().unstarted(this::churn);
    try {
      Files.createDirectories(served);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder that the service is to watch. */
  Path folder() {
    return served;
  }

  /** The names that may stand for an adapter, or not. */
  static List<String> names() {
    return IntStream.range(0, NAMES).mapToObj("churn-%d"::formatted).toList();
  }

  /** Begins. */
  void start() {
    thread.start();
  }

  /** What was done. */
  String counts() {
    return "%d made, %d of them in the place of another, %d removed"
        .formatted(made, replaced, removed);
  }

  /** How often anything was done. */
  int changes() {
    return made + removed;
  }

  private void churn() {
    try {
      while (!closed) {
        change(served.resolve(names().get(random.nextInt(NAMES))));
        LockSupport.parkNanos(PERIOD_NANOS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void change(Path place) throws IOException {
    boolean isTaken = Files.exists(place);
    if (isTaken && random.nextBoolean()) {
      clear(place);
      removed++;
      return;
    }
    Path fresh = root.path().resolve("fresh");
    int rank = RANKS.get(random.nextInt(RANKS.size()));
    generator.writeOne(fresh, rank, FIRST_NUMBER + made);
    if (isTaken) {
      clear(place);
      replaced++;
    }
    Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
    made++;
  }

  /** At once for the service; its files go afterwards. */
  private void clear(Path place) throws IOException {
    TemporaryFolder gone = TemporaryFolder.in(root.path(), "gone-");
    Files.move(place, gone.path().resolve("adapter"), StandardCopyOption.ATOMIC_MOVE);
    gone.close();
  }

  /** Stops; the folder stays until {@link #close}. */
  void stop() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
    root.close();
  }
}
