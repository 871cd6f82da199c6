package io.chameleon.adapter.pool;

import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.memory.CellRun;
import org.jspecify.annotations.Nullable;

/**
 * An adapter in device memory: where it rests, and where its rows stand while it is lent. Moves:
 * idle → lent (once for each lease) → idle. For the engine thread alone.
 */
final class Resident {

  final PackedAdapter packed;
  private CellRun rest;
  private int leases;
  private @Nullable ResidentAdapter running;

  Resident(PackedAdapter packed, CellRun rest) {
    this.packed = packed;
    this.rest = rest;
  }

  CellRun rest() {
    return rest;
  }

  void moveTo(CellRun run) {
    rest = run;
  }

  boolean isLent() {
    return leases > 0;
  }

  int leases() {
    return leases;
  }

  /** The running form; only while lent. */
  ResidentAdapter running() {
    if (!isLent() || running == null) {
      throw new IllegalStateException("adapter %s is not lent".formatted(packed.name()));
    }
    return running;
  }

  /** The first lease. From now on it stays where it is; its rows follow by {@link #place}. */
  void pin() {
    if (isLent()) {
      throw new IllegalStateException("adapter %s is lent already".formatted(packed.name()));
    }
    leases = 1;
  }

  /** Its rows have been taken. */
  void place(ResidentAdapter rows) {
    running = rows;
  }

  void lendAgain() {
    running();
    leases++;
  }

  /** One lease less; true if it was the last, and the rows are to be given back. */
  boolean giveBack() {
    running();
    leases--;
    return !isLent();
  }
}
