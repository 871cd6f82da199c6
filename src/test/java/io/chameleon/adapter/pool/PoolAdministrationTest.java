package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallAdapters.Small;
import io.chameleon.fixtures.SmallPool;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import io.chameleon.request.UnknownModelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Unloading, pinning and preloading, with every byte looked after. */
class PoolAdministrationTest {

  private static final int CELLS = 120;

  private final Small a = SmallAdapters.attention("a", 1, 2);

  private final Small b = SmallAdapters.attention("b", 2, 2);

  private final SmallPool world = new SmallPool(CELLS, a, b);

  private final PoolAdministration administration = world.pool.administration();

  @AfterEach
  void balance() {
    world.check();
  }

  @Test
  void farewell_ofAnIdleResident_freesCellsAndHostBytesAtOnce() {
    world.lease("a").close();
    int cells = adapterCells();
    long bytes = world.source.allocatedBytes();
    assertThat(cells).isPositive();
    assertThat(bytes).isEqualTo(a.layout().bytes());

    Farewell farewell = unload(a);

    assertThat(adapterCells()).isZero();
    assertThat(world.source.allocatedBytes()).isZero();
    assertThat(farewell.gone())
        .isCompletedWithValue(new FreedMemory((long) cells * SmallPool.CELL_ELEMENTS * 4, bytes));
    assertThat(world.pool.versions()).isZero();
    assertThatThrownBy(() -> world.pool.request("a")).isInstanceOf(UnknownModelException.class);
  }

  @Test
  void farewell_ofALentVersion_waitsForItsLastLease() {
    AdapterLease first = world.lease("a");
    AdapterLease second = world.lease("a");
    AdapterLease waits = world.pool.request("a");
    AdapterLease other = world.lease("b");
    assertThat(administration.needs(a.version())).isEqualTo(new VersionNeeds(2, 1));
    int cells = world.pool.residents().getFirst().cells();

    Farewell farewell = unload(a);
    first.close();
    waits.close();
    world.pool.beforePass();
    assertThat(farewell.gone()).isNotDone();
    assertThat(administration.view().draining()).isEqualTo(1);
    second.close();

    assertThat(farewell.gone())
        .isCompletedWithValue(
            new FreedMemory((long) cells * SmallPool.CELL_ELEMENTS * 4, a.layout().bytes()));
    assertThat(world.source.allocatedBytes()).isEqualTo(b.layout().bytes());
    assertThat(administration.view().draining()).isZero();
    other.close();
  }

  @Test
  void farewell_whileAnUploadIsUnderWay_waitsForIt() {
    world.device.holdUploads();
    AdapterLease lease = world.pool.request("a");
    assertThat(lease.tryLend(0)).isEqualTo(AdapterLease.Loan.LOADING);
    assertThat(world.device.waitingUploads()).isEqualTo(1);

    Farewell farewell = unload(a);
    lease.close();
    world.pool.beforePass();
    assertThat(farewell.gone()).isNotDone();
    assertThat(world.source.allocatedBytes()).as("the copy reads it").isPositive();
    world.device.finishUpload(0, true);
    world.pool.beforePass();

    assertThat(farewell.gone()).isDone();
    assertThat(farewell.gone().join().hostBytes()).isEqualTo(a.layout().bytes());
    assertThat(world.source.allocatedBytes()).isZero();
    assertThat(adapterCells()).isZero();
  }

  @Test
  void farewell_ofAVersionInHostMemoryAlone_freesThat() {
    world.host.claim(a.version(), () -> {}).close();
    assertThat(world.source.allocatedBytes()).isEqualTo(a.layout().bytes());

    Farewell farewell = unload(a);

    assertThat(farewell.gone()).isCompletedWithValue(new FreedMemory(0, a.layout().bytes()));
    assertThat(world.source.allocatedBytes()).isZero();
  }

  @Test
  void farewell_ofAVersionThatWasNeverRead_freesNothing() {
    assertThat(unload(a).gone()).isCompletedWithValue(new FreedMemory(0, 0));
  }

  @Test
  void farewell_ofOneOfTwoNamesOfTheSameContent_leavesItToTheOther() {
    AdapterVersion other =
        new AdapterVersion("twin", Path.of("twin"), a.version().shape(), a.version().settings());
    Small twin = new Small(other, a.layout(), a.weights());
    world.put(twin);
    world.lease("a").close();
    world.lease("twin").close();
    int cells = adapterCells();

    Farewell farewell = unload(a);

    assertThat(farewell.gone()).isCompletedWithValue(new FreedMemory(0, 0));
    assertThat(adapterCells()).isEqualTo(cells);
    Farewell last = unload(twin);
    assertThat(last.gone().join().deviceBytes()).isPositive();
    assertThat(last.gone().join().hostBytes()).isEqualTo(a.layout().bytes());
    assertThat(adapterCells()).isZero();
    assertThat(world.pool.versions()).isZero();
  }

  @Test
  void pin_thenMemoryIsShort_staysUntilItIsUnloaded() {
    assertThat(administration.pin(a.version())).isTrue();
    world.pool.beforePass();
    world.pool.beforePass();
    world.lease("b").close();
    assertThat(world.pool.pinnedCount()).isEqualTo(1);

    OwnedCells kv = world.cells.allocate(CELLS - adapterCells(a)).orElseThrow();

    assertThat(world.pool.isResident(hash(a))).isTrue();
    assertThat(world.pool.isResident(hash(b))).isFalse();
    assertThat(world.cells.allocate(1)).isEmpty();
    Farewell farewell = unload(a);
    assertThat(farewell.gone()).isDone();
    assertThat(world.pool.pinnedCount()).isZero();
    assertThat(world.space.freeCells()).isEqualTo(CELLS - kv.cells());
    world.cells.release(kv);
  }

  @Test
  void pin_withoutRoomToRunBesideIt_isRefused() {
    SmallPool narrow = new SmallPool(adapterCells(a) + 1, a);

    assertThat(narrow.pool.administration().pin(a.version())).isFalse();
    assertThat(narrow.pool.pinnedCount()).isZero();
  }

  @Test
  void preload_withRoom_isDoneWhenItIsInDeviceMemory() {
    world.device.holdUploads();
    CompletableFuture<Void> done = administration.preload(a.version());
    world.pool.beforePass();
    assertThat(done).isNotDone();
    world.device.finishUpload(0, true);
    world.pool.beforePass();

    assertThat(done).isCompleted();
    assertThat(world.pool.isResident(hash(a))).isTrue();
    assertThat(a.version().usage().requests()).isZero();
    assertThat(world.pool.request("a").foundIn().wireName()).isEqualTo("device");
  }

  @Test
  void preload_withoutRoom_waitsUntilThereIsSome() {
    OwnedCells kv = world.cells.allocate(CELLS).orElseThrow();
    CompletableFuture<Void> done = administration.preload(a.version());
    world.pool.beforePass();
    assertThat(done).isNotDone();
    assertThat(administration.missing(a.version())).contains("no room");

    world.cells.release(kv);
    world.pool.beforePass();
    world.pool.beforePass();

    assertThat(done).isCompleted();
  }

  @Test
  void preload_givenUp_holdsNothing() {
    OwnedCells kv = world.cells.allocate(CELLS).orElseThrow();
    CompletableFuture<Void> done = administration.preload(a.version());
    done.cancel(false);
    world.pool.beforePass();

    assertThat(world.pool.versions()).isZero();
    assertThat(unload(a).gone().join().hostBytes()).isEqualTo(a.layout().bytes());
    assertThat(world.source.allocatedBytes()).isZero();
    world.cells.release(kv);
  }

  @Test
  void preload_ofWhatCannotBeRead_failsWithTheCause() {
    world.source.failNext(1);

    CompletableFuture<Void> done = administration.preload(a.version());
    world.pool.beforePass();

    assertThatThrownBy(done::join).hasMessageContaining("`a` could not be read");
    assertThat(world.pool.versions()).isZero();
  }

  @Test
  void preload_unloadedMeanwhile_failsAndFreesAll() {
    OwnedCells kv = world.cells.allocate(CELLS).orElseThrow();
    CompletableFuture<Void> done = administration.preload(a.version());

    Farewell farewell = unload(a);
    world.pool.beforePass();

    assertThatThrownBy(done::join).hasCauseInstanceOf(UnknownModelException.class);
    assertThat(farewell.gone()).isDone();
    assertThat(world.source.allocatedBytes()).isZero();
    world.cells.release(kv);
  }

  @Test
  void usage_ofAVersion_countsRequestsHitsAndTheLastTime() {
    world.clock.advance(Duration.ofSeconds(5));
    world.lease("a").close();
    long last = world.clock.getAsLong();
    world.lease("a").close();

    assertThat(a.version().usage().requests()).isEqualTo(2);
    assertThat(a.version().usage().hits()).isEqualTo(1);
    assertThat(a.version().usage().lastNanos()).hasValue(last);
    assertThat(b.version().usage().lastNanos()).isEmpty();
    assertThat(world.trace.measured().since(Long.MIN_VALUE / 2).requests()).isEqualTo(2);
  }

  /** As the service does it. */
  private Farewell unload(Small adapter) {
    Farewell farewell = administration.farewell(adapter.version());
    world.catalogue.remove(adapter.name());
    Set<String> kept =
        world.catalogue.get().versions().stream()
            .map(AdapterVersion::contentHash)
            .flatMap(Optional::stream)
            .collect(Collectors.toSet());
    world.host.retainAll(kept);
    administration.follow();
    return farewell;
  }

  private int adapterCells() {
    return world.space.usedCells(CellUse.ADAPTER);
  }

  private static int adapterCells(Small adapter) {
    long cellBytes = SmallPool.CELL_ELEMENTS * (long) Float.BYTES;
    return (int) Math.ceilDiv(adapter.layout().bytes(), cellBytes);
  }

  private static String hash(Small adapter) {
    return adapter.layout().contentHash();
  }
}
