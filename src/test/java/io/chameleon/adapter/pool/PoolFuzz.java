package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallAdapters.Small;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.request.UnknownModelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sequences of twelve names ask, are lent, grow, are put back, end and are cancelled in mid-load,
 * while versions are replaced, removed, served again and pinned, loads and uploads end late or
 * fail, and host memory shrinks and grows, in an arena that is too small for most of it. After
 * every step all accounts are exact, every KV cell holds what its sequence wrote, every window row
 * what its adapter's version says, and nobody is lent who should not be. At the end everyone who
 * still waits is served, and then nothing is left anywhere.
 */
final class PoolFuzz {

  /** What a run must have met, or it has shown nothing. */
  static final List<String> MUST_HAPPEN =
      List.of(
          "asked",
          "unknown",
          "lent",
          "loading",
          "no room",
          "failed",
          "grew",
          "no growth",
          "ended",
          "put back",
          "cancelled",
          "replaced",
          "removed",
          "loaded",
          "uploaded",
          "upload failed");

  /** And where adapters run in place. */
  static final List<String> MUST_HAPPEN_IN_PLACE =
      List.of("cells at once", "cells by waiting", "cells by moving much", "taken back");

  private static final int ARENA_CELLS = 420;
  private static final int NAMES = 12;
  private static final int MOST_HOLDERS = 14;
  private static final int HOST_BYTES = 6_000;

  /** So many steps' moves are saved up. */
  private static final int SAVED_STEPS = 4;

  /** A sequence: its lease, its cells while it runs, and how many it has written. */
  private static final class Holder {

    private final int id;
    private final String name;
    private final AdapterLease lease;
    private @Nullable OwnedCells kv;
    private int written;

    Holder(int id, String name, AdapterLease lease) {
      this.id = id;
      this.name = name;
      this.lease = lease;
    }
  }

  private final Random random;
  private final List<Runnable> loads = new ArrayList<>();
  private final List<Holder> holders = new ArrayList<>();
  private final Map<String, Integer> events = new TreeMap<>();
  private final PoolFixture world;
  private int ids;
  private int contents;

  /**
   * @param inPlace whether adapters run where they rest; else in windows
   */
  PoolFuzz(long seed, EvictionKind kind, boolean inPlace) {
    random = new Random(seed);
    world =
        inPlace
            ? PoolFixture.inPlace(ARENA_CELLS, kind, loads::add)
            : new PoolFixture(ARENA_CELLS, kind, loads::add);
    world.small.host.setMaxBytes(HOST_BYTES);
    world.device.holdUploads();
    for (int name = 0; name < NAMES; name++) {
      put(name);
    }
  }

  Map<String, Integer> events() {
    return events;
  }

  void run(int steps) {
    for (int step = 0; step < steps; step++) {
      world.small.clock.advance(Duration.ofMillis(random.nextInt(3)));
      step();
      check();
    }
    serveWhoWaits();
    leaveNothing();
  }

  private void step() {
    switch (random.nextInt(24)) {
      case 0, 1, 2, 3 -> ask();
      case 4, 5, 6, 7, 8 -> withHolder(false, this::lend);
      case 9, 10, 11 -> withHolder(true, this::grow);
      case 12, 13 -> withHolder(true, this::end);
      case 14 -> withHolder(true, this::putBack);
      case 15 -> withHolder(false, this::cancel);
      case 16, 17 -> load();
      case 18, 19 -> upload();
      case 20 -> world.pool.beforePass();
      case 21 -> world.pool.beforeStep();
      case 22 -> changeCatalogue();
      default -> press();
    }
  }

  private void ask() {
    if (holders.size() == MOST_HOLDERS) {
      return;
    }
    String name = "adapter-" + random.nextInt(NAMES);
    try {
      holders.add(new Holder(++ids, name, world.pool.request(name)));
      count("asked");
    } catch (UnknownModelException e) {
      count("unknown");
    }
  }

  private void lend(Holder holder) {
    int beside = 1 + random.nextInt(40);
    boolean alone = random.nextBoolean();
    Loan loan;
    try {
      loan = holder.lease.tryLend(beside, alone);
    } catch (ServiceUnavailableException | UnknownModelException failure) {
      count("failed");
      holders.remove(holder);
      holder.lease.close();
      return;
    }
    count(
        switch (loan) {
          case LENT -> "lent";
          case LOADING -> "loading";
          case NO_ROOM -> "no room";
        });
    if (loan == Loan.LENT) {
      Optional<OwnedCells> kv = alone ? world.cells.allocate(beside) : cellsBesideOthers(beside);
      if (kv.isPresent()) {
        holder.kv = kv.get();
        write(holder, random.nextInt(kv.get().cells() + 1));
      } else {
        assertThat(alone).as("who runs alone waits for uploads").isFalse();
        holder.lease.takeBack();
        count("taken back");
      }
    }
  }

  /** Nothing only while an upload goes on, or where more must move than steps may save up for. */
  private Optional<OwnedCells> cellsBesideOthers(int cells) {
    Optional<OwnedCells> kv = world.cells.allocateNow(cells);
    for (int step = 0; step < SAVED_STEPS && refusedForMoves(kv); step++) {
      // Uploads that have ended are taken over, and moves of one step more are allowed.
      world.pool.beforePass();
      world.pool.beforeStep();
      kv = world.cells.allocateNow(cells);
      count(kv.isPresent() ? "cells by waiting" : "cells not yet");
    }
    if (refusedForMoves(kv)) {
      int moves = world.small.space.cellsToMove(cells);
      assertThat(moves).isGreaterThan(SAVED_STEPS * (ARENA_CELLS / 32)).isLessThan(ARENA_CELLS);
      kv = world.cells.allocate(cells);
      assertThat(kv).as("nothing was on the way").isPresent();
      count("cells by moving much");
    }
    count(kv.isPresent() ? "cells at once" : "cells later");
    return kv;
  }

  private boolean refusedForMoves(Optional<OwnedCells> kv) {
    return kv.isEmpty() && world.device.waitingUploads() == 0;
  }

  private void grow(Holder holder) {
    OwnedCells kv = holder.kv;
    int cells = kv.cells() + 1 + random.nextInt(30);
    int before = kv.cells();
    int reachable = reachableBeside();
    boolean grown = world.cells.grow(kv, holder.written, cells);
    count(grown ? "grew" : "no growth");
    assertThat(kv.cells()).isEqualTo(grown ? cells : before);
    // What idle adapters and copies hold is never out of reach of KV; an upload that ends may help.
    assertThat(grown || reachable < cells - before).as("KV got what idle adapters held").isTrue();
    if (grown) {
      check(holder);
      write(holder, cells - random.nextInt(10));
    }
  }

  private void end(Holder holder) {
    holders.remove(holder);
    world.cells.release(holder.kv);
    holder.lease.close();
    if (random.nextInt(4) == 0) {
      holder.lease.close();
    }
    count("ended");
  }

  private void putBack(Holder holder) {
    world.cells.release(holder.kv);
    holder.kv = null;
    holder.written = 0;
    holder.lease.giveBack();
    count("put back");
  }

  private void cancel(Holder holder) {
    holders.remove(holder);
    holder.lease.close();
    count("cancelled");
  }

  private void load() {
    if (!loads.isEmpty()) {
      if (random.nextInt(12) == 0) {
        world.small.source.failNext(1);
      }
      loads.remove(random.nextInt(loads.size())).run();
      world.small.source.failNext(0);
      count("loaded");
    }
  }

  private void upload() {
    int waiting = world.device.waitingUploads();
    if (waiting > 0) {
      boolean succeeds = random.nextInt(12) > 0;
      world.device.finishUpload(random.nextInt(waiting), succeeds);
      count(succeeds ? "uploaded" : "upload failed");
    }
  }

  private void changeCatalogue() {
    int name = random.nextInt(NAMES);
    if (random.nextInt(3) == 0) {
      world.small.catalogue.remove("adapter-" + name);
      count("removed");
    } else {
      put(name);
      count("replaced");
    }
  }

  private void press() {
    world.small.host.setMaxBytes(random.nextInt(2) == 0 ? HOST_BYTES : random.nextInt(HOST_BYTES));
  }

  private void put(int name) {
    int id = 1 + contents++ % 1_500;
    Small adapter = SmallAdapters.random("adapter-" + name, id, 4, random);
    boolean pin = name == 0 && random.nextInt(2) == 0;
    Small served = pin ? adapter.pinned() : adapter;
    world.put(random.nextBoolean() ? served : served.unread());
  }

  /** Free cells, and those that idle adapters and copies of running ones hold. */
  private int reachableBeside() {
    int held = world.pool.residents().stream().mapToInt(this::reachable).sum();
    return world.free() + held;
  }

  private int reachable(ResidentView view) {
    return world.pool.mayLeave(view.contentHash()) ? view.cells() : 0;
  }

  private void withHolder(boolean lent, java.util.function.Consumer<Holder> action) {
    List<Holder> fitting = holders.stream().filter(h -> (h.kv != null) == lent).toList();
    if (!fitting.isEmpty()) {
      action.accept(fitting.get(random.nextInt(fitting.size())));
    }
  }

  /** Everything comes in the end: nobody is forgotten. */
  private void serveWhoWaits() {
    holders.stream().filter(h -> h.kv != null).toList().forEach(this::end);
    for (int round = 0; round < 50 && !holders.isEmpty(); round++) {
      while (!loads.isEmpty()) {
        loads.removeFirst().run();
      }
      while (world.device.waitingUploads() > 0) {
        world.device.finishUpload(0, true);
      }
      world.pool.beforePass();
      for (Holder holder : List.copyOf(holders)) {
        lend(holder);
        if (holder.kv != null) {
          end(holder);
        }
        check();
      }
    }
    assertThat(holders).as("who was never served").isEmpty();
  }

  private void leaveNothing() {
    for (int name = 0; name < NAMES; name++) {
      world.small.catalogue.remove("adapter-" + name);
    }
    while (!loads.isEmpty()) {
      loads.removeFirst().run();
    }
    while (world.device.waitingUploads() > 0) {
      world.device.finishUpload(0, true);
    }
    world.pool.beforePass();
    world.pool.beforePass();
    world.checkIdle();
    assertThat(world.pool.residents()).isEmpty();
    assertThat(world.pool.versions()).isZero();
    assertThat(world.pool.waiting()).isZero();
    assertThat(world.free()).isEqualTo(ARENA_CELLS);
    world.small.host.close();
    assertThat(world.small.source.allocatedBytes()).isZero();
  }

  private void write(Holder holder, int cells) {
    for (int cell = holder.written; cell < cells; cell++) {
      for (int i = 0; i < PoolFixture.CELL_ELEMENTS; i++) {
        int element = cell * PoolFixture.CELL_ELEMENTS + i;
        world.device.write(holder.kv.run(), element, kvOf(holder, element));
      }
    }
    holder.written = Math.max(holder.written, cells);
  }

  private void check() {
    world.check();
    int kvCells = 0;
    int loans = 0;
    for (Holder holder : holders) {
      assertThat(holder.lease.isLent()).isEqualTo(holder.kv != null);
      if (holder.kv != null) {
        kvCells += holder.kv.cells();
        loans++;
        check(holder);
        world.checkRows(holder.lease);
      }
    }
    assertThat(world.used(CellUse.KV)).isEqualTo(kvCells);
    assertThat(world.pool.residents().stream().mapToInt(ResidentView::leases).sum())
        .isEqualTo(loans);
    assertThat(world.pool.waiting()).isEqualTo(holders.size() - loans);
  }

  private void check(Holder holder) {
    for (int element = 0; element < holder.written * PoolFixture.CELL_ELEMENTS; element++) {
      float held = world.device.read(holder.kv.run(), element);
      if (held != kvOf(holder, element)) {
        throw new AssertionError(
            "%s, sequence %d, %s, element %d: %s"
                .formatted(holder.name, holder.id, holder.kv, element, held));
      }
    }
  }

  private static float kvOf(Holder holder, int element) {
    return -(holder.id * 1_000f + element % 997);
  }

  private void count(String event) {
    events.merge(event, 1, Integer::sum);
  }
}
