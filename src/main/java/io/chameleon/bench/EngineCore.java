package io.chameleon.bench;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A core for the engine thread of a service alone; the service's other threads, and all of this
 * process, run on the others. Where the platform cannot, everything runs everywhere, and {@link
 * #description()} says so. Closing it lets this process run everywhere again.
 */
final class EngineCore implements AutoCloseable {

  /** The engine thread's name, as far as the kernel keeps it. */
  static final String ENGINE_THREAD = "chameleon-engin";

  /** Threads that start while others are looked at are found the next time. */
  private static final int LOOKS = 3;

  private final BitSet all;

  private final BitSet engine = new BitSet();

  private final BitSet others = new BitSet();

  private final @Nullable Affinity affinity;

  private final String description;

  private EngineCore(BitSet all, @Nullable Affinity affinity, String description) {
    this.all = all;
    this.affinity = affinity;
    this.description = description;
    if (affinity != null) {
      engine.set(all.length() - 1);
      others.or(all);
      others.andNot(engine);
    }
  }

  /**
   * Takes the last core that this process may use, and leaves it.
   *
   * @param wanted false for everything everywhere
   */
  static EngineCore reserve(boolean wanted) {
    BitSet all = ProcessThreads.allowedCores();
    Affinity affinity = Affinity.ofThisPlatform().orElse(null);
    if (!wanted) {
      return new EngineCore(all, null, "NOT PINNED: not wanted");
    }
    if (affinity == null || all.cardinality() < 2) {
      return new EngineCore(
          all,
          null,
          "NOT PINNED: it takes Linux and two cores; the engine competes with HTTP and generator");
    }
    EngineCore core =
        new EngineCore(
            all,
            affinity,
            "engine thread on core %d, HTTP and generator on %s"
                .formatted(all.length() - 1, without(all, all.length() - 1)));
    core.moveAll(ProcessHandle.current().pid(), core.others);
    return core;
  }

  /** What runs where, for people. */
  String description() {
    return description;
  }

  /** Whether the engine has its core for itself. */
  boolean isPinned() {
    return affinity != null;
  }

  /**
   * Gives a service's engine thread its core, and the rest of the service the others.
   *
   * @throws IllegalStateException if the service has no engine thread
   */
  void pin(long process) {
    if (affinity == null) {
      return;
    }
    moveAll(process, others);
    List<ProcessThreads.Native> engines =
        ProcessThreads.of(process).stream()
            .filter(thread -> thread.name().equals(ENGINE_THREAD))
            .toList();
    if (engines.size() != 1 || !affinity.set(engines.getFirst().id(), engine)) {
      throw new IllegalStateException(
          "process %d has the engine threads %s; one that can be moved was expected"
              .formatted(process, engines));
    }
  }

  @Override
  public void close() {
    if (affinity != null) {
      moveAll(ProcessHandle.current().pid(), all);
    }
  }

  private void moveAll(long process, BitSet cores) {
    for (int look = 0; look < LOOKS; look++) {
      for (ProcessThreads.Native thread : ProcessThreads.of(process)) {
        if (affinity != null) {
          affinity.set(thread.id(), cores);
        }
      }
    }
  }

  private static BitSet without(BitSet cores, int core) {
    BitSet rest = (BitSet) cores.clone();
    rest.clear(core);
    return rest;
  }
}
