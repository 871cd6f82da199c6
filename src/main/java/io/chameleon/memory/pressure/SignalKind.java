package io.chameleon.memory.pressure;

import java.util.Locale;

/** What there is to read about memory, each as a share of what there is of it. */
public enum SignalKind {
  /** Cells that the KV of running sequences holds, of all cells. */
  ARENA_KV(PressureScope.ARENA),
  /**
   * Estimated tokens of all that were admitted, running or waiting, of all cells; over 1 where they
   * cannot run together.
   */
  ARENA_PREDICTED(PressureScope.ARENA),
  /** Heap in use after the last collection, of the most it may have. */
  HEAP(PressureScope.HOST),
  /** Direct buffers, of the most that Java lets them take. */
  DIRECT_BUFFERS(PressureScope.HOST),
  /** Files mapped into memory, of all memory; over 1 where they do not fit at once. */
  MAPPED_BUFFERS(PressureScope.HOST),
  /**
   * Blocks of the adapters' host tier, of its configured maximum. A full cache is at 1; over it are
   * blocks that are in use and cannot go.
   */
  HOST_TIER(PressureScope.HOST),
  /** Memory that is taken, of the machine's or of the cgroup's limit, whichever is tighter. */
  HOST_MEMORY(PressureScope.HOST),
  /** Time of the last ten seconds in which some task of the machine waited for memory. */
  MACHINE_STALL(PressureScope.HOST),
  /** The same of the tasks in this process's cgroup. */
  CGROUP_STALL(PressureScope.HOST),
  /** Device memory that other processes hold, of all of it. */
  DEVICE_OTHERS(PressureScope.DEVICE);

  private final PressureScope scope;

  SignalKind(PressureScope scope) {
    this.scope = scope;
  }

  /** Which memory it is about. */
  public PressureScope scope() {
    return scope;
  }

  /** The name in metrics, answers and properties: {@code arena-kv} and so on. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
