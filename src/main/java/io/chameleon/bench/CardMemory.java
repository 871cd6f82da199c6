package io.chameleon.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;

/** Looks at the memory that is used on the first card every few seconds, where there is one. */
final class CardMemory implements AutoCloseable {

  private static final long PERIOD_NANOS = 2_000_000_000;

  private static final List<String> COMMAND =
      List.of("nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits", "--id=0");

  private final List<Double> mebibytes = new ArrayList<>();

  private final Thread thread = Thread.ofPlatform().name("card").daemon().unstarted(this::sample);

  private volatile boolean closed;

  private CardMemory() {}

  /** Begins to look. */
  static CardMemory start() {
    CardMemory memory = new CardMemory();
    memory.thread.start();
    return memory;
  }

  /** MiB used now; nothing where there is no card, or no {@code nvidia-smi}. */
  static OptionalDouble used() {
    try {
      Process process =
          new ProcessBuilder(COMMAND).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0
          ? OptionalDouble.of(Double.parseDouble(text))
          : OptionalDouble.empty();
    } catch (IOException | NumberFormatException none) {
      return OptionalDouble.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalDouble.empty();
    }
  }

  /**
   * The median in a part of the time; only once it is closed.
   *
   * @param part from 0
   * @param parts all of the same length
   */
  OptionalDouble median(int part, int parts) {
    if (!closed) {
      throw new IllegalStateException("samples are still being taken");
    }
    double[] of =
        mebibytes
            .subList(mebibytes.size() * part / parts, mebibytes.size() * (part + 1) / parts)
            .stream()
            .mapToDouble(each -> each)
            .toArray();
    return of.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(Timings.median(of));
  }

  private void sample() {
    while (!closed) {
      used().ifPresent(mebibytes::add);
      LockSupport.parkNanos(PERIOD_NANOS);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
