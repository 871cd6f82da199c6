package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.eviction.RecordedRequest;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallAdapters.Small;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import io.chameleon.request.AdapterTier;
import io.chameleon.request.UnknownModelException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pool where there is room for everyone. */
class AdapterPoolTest {

  private static final Small A = SmallAdapters.attention("a", 1, 2);

  private final PoolFixture world =
      new PoolFixture(
          400,
          A,
          SmallAdapters.attention("b", 2, 3),
          SmallAdapters.mlp("m", 3, 2),
          SmallAdapters.whole("w", 4, 1));

  @Test
  void lease_ofAnAdapter_placesItsRowsAndZeros() {
    for (String name : new String[] {"a", "b", "m", "w"}) {
      AdapterLease lease = world.lease(name);
      assertThat(lease.adapter().name()).isEqualTo(name);
      world.checkRows(lease);
    }
    world.check();
  }

  @Test
  void lease_ofAttentionAlone_takesNoMlpRows() {
    ResidentAdapter adapter = world.lease("a").adapter();

    assertThat(adapter.attention()).isEqualTo(new RowRange(0, 2));
    assertThat(adapter.mlp()).isNull();
    assertThat(world.pool.window(ModuleGroup.MLP).run()).isNull();
  }

  @Test
  void lease_ofTheSameAdapterTwice_sharesRowsAndCells() {
    AdapterLease first = world.lease("a");
    int free = world.free();
    AdapterLease second = world.lease("a");

    assertThat(second.adapter()).isSameAs(first.adapter());
    assertThat(world.free()).isEqualTo(free);
    assertThat(world.leases("a")).isEqualTo(2);
    assertThat(world.device.uploads()).isEqualTo(1);
    assertThat(world.small.source.reads()).isEqualTo(1);
  }

  @Test
  void lease_closedTwice_givesBackOnce() {
    AdapterLease first = world.lease("a");
    AdapterLease second = world.lease("a");

    first.close();
    first.close();

    assertThat(world.leases("a")).isEqualTo(1);
    world.checkRows(second);
    second.close();
    second.close();
    assertThat(world.leases("a")).isZero();
    world.checkIdle();
  }

  @Test
  void lease_thatIsNotLent_hasNoRows() {
    AdapterLease lease = world.pool.request("a");
    assertThatThrownBy(lease::adapter)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not lent");
    world.small.lend(lease);
    lease.close();
    assertThatThrownBy(lease::adapter).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> lease.tryLend(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void lease_givenBack_isLentAgain() {
    AdapterLease lease = world.lease("a");
    lease.giveBack();

    assertThat(lease.isLent()).isFalse();
    assertThat(world.leases("a")).isZero();
    assertThat(lease.tryLend(0)).isEqualTo(Loan.LENT);
    world.checkRows(lease);
    lease.close();
    world.checkIdle();
  }

  @Test
  void foundIn_tellsWhereTheAdapterWas() {
    AdapterLease first = world.lease("a");
    AdapterLease second = world.lease("a");
    first.close();
    second.close();

    assertThat(first.foundIn()).isEqualTo(AdapterTier.DISK);
    assertThat(second.foundIn()).isEqualTo(AdapterTier.DEVICE);
    evictAll();
    assertThat(world.lease("a").foundIn()).isEqualTo(AdapterTier.HOST);
    assertThat(world.small.source.reads()).isEqualTo(1);
  }

  @Test
  void request_ofAnUnknownName_throwsAndKeepsNothing() {
    assertThatThrownBy(() -> world.pool.request("stranger"))
        .isInstanceOf(UnknownModelException.class)
        .hasMessageContaining("stranger");
    world.checkIdle();
    assertThat(world.pool.versions()).isZero();
  }

  @Test
  void idleAdapter_staysResidentWithItsTrueBytes() {
    world.use("b");

    // Rank 3, q (4 + 4) and v (4 + 2) of two layers: 84 numbers in cells of 12.
    assertThat(world.pool.residents())
        .containsExactly(new ResidentView("b#2", List.of("b"), 7, 0, 0));
    assertThat(world.used(CellUse.ADAPTER)).isEqualTo(7);
    world.checkIdle();
  }

  @Test
  void request_whileItIsLoaded_isAnsweredLater() {
    world.device.holdUploads();
    AdapterLease lease = world.pool.request("a");
    assertThat(lease.tryLend(0)).isEqualTo(Loan.LOADING);
    assertThat(lease.tryLend(0)).isEqualTo(Loan.LOADING);

    world.device.finishUpload(0, true);
    assertThat(world.small.wakes()).isPositive();
    world.pool.beforePass();

    assertThat(lease.tryLend(0)).isEqualTo(Loan.LENT);
    world.checkRows(lease);
  }

  @Test
  void upload_thatFails_isTriedAgain() {
    world.device.holdUploads();
    AdapterLease lease = world.pool.request("a");
    lease.tryLend(0);
    world.device.finishUpload(0, false);
    world.pool.beforePass();
    world.check();
    assertThat(world.used(CellUse.ADAPTER)).isZero();

    assertThat(lease.tryLend(0)).isEqualTo(Loan.LOADING);
    world.device.finishUpload(0, true);
    world.pool.beforePass();
    assertThat(lease.tryLend(0)).isEqualTo(Loan.LENT);
  }

  @Test
  void prefetch_ofWhatWaits_takesFreeCellsAloneAndCountsIfItWasRight() {
    AdapterLease lease = world.pool.request("a");
    AdapterLease cancelled = world.pool.request("b");
    world.pool.beforeStep();
    world.pool.beforePass();
    assertThat(world.residents()).containsExactly("a", "b");

    assertThat(lease.tryLend(0)).isEqualTo(Loan.LENT);
    cancelled.close();
    lease.close();
    evictAll();

    assertThat(prefetches("started")).isEqualTo(2);
    assertThat(prefetches("right")).isEqualTo(1);
    assertThat(prefetches("wrong")).isEqualTo(1);
  }

  @Test
  void prefetch_withoutFreeCells_evictsNobody() {
    world.use("a");
    OwnedCells kv = world.kv(390);
    assertThat(world.residents()).containsExactly("a");
    world.pool.request("b");

    world.pool.beforeStep();

    assertThat(world.residents()).containsExactly("a");
    world.cells.release(kv);
  }

  @Test
  void nameThatIsRemoved_leavesWithItsLastSequence() {
    AdapterLease lease = world.lease("a");
    world.small.catalogue.remove("a");
    world.pool.beforePass();
    world.checkRows(lease);
    assertThatThrownBy(() -> world.pool.request("a")).isInstanceOf(UnknownModelException.class);

    lease.close();

    assertThat(world.pool.residents()).isEmpty();
    assertThat(world.pool.versions()).isZero();
    world.checkIdle();
  }

  @Test
  void replacedVersion_endsItsSequences_whileNewOnesGetTheNewOne() {
    AdapterLease before = world.lease("a");
    before.giveBack();
    Small next = SmallAdapters.attention("a", 9, 2);
    world.put(next);
    world.pool.beforePass();
    AdapterLease after = world.lease("a");

    assertThat(world.small.lend(before)).isEqualTo(Loan.LENT);
    world.checkRows(before);
    world.checkRows(after);
    assertThat(((PoolLease) before).resident().contentHash()).isEqualTo("a#1");
    assertThat(((PoolLease) after).resident().contentHash()).isEqualTo("a#9");
    before.close();
    assertThat(world.pool.isResident("a#1")).isFalse();
    assertThat(world.small.decisions.newestFirst().getFirst().reason().label())
        .isEqualTo("replaced");
  }

  @Test
  void versionReplacedBeforeItWasLoaded_isReplacedForItsWaitersToo() {
    world.small.source.failNext(1);
    AdapterLease waiting = world.pool.request("a");
    Small next = SmallAdapters.attention("a", 9, 2);
    world.put(next);

    assertThat(world.small.lend(waiting)).isEqualTo(Loan.LENT);

    assertThat(((PoolLease) waiting).resident().contentHash()).isEqualTo("a#9");
    world.checkRows(waiting);
  }

  @Test
  void twoNamesOfTheSameContent_shareTheirResident() {
    world.put(A.named("alias"));
    AdapterLease first = world.lease("a");
    AdapterLease second = world.lease("alias");

    assertThat(world.pool.residents()).hasSize(1);
    assertThat(world.device.uploads()).isEqualTo(1);
    world.small.catalogue.remove("a");
    world.pool.beforePass();
    first.close();
    assertThat(world.residents()).contains("alias");
    second.close();
    world.checkIdle();
  }

  @Test
  void pinnedVersion_isLoadedBeforeAnyoneAsksAndNeverLeaves() {
    world.put(SmallAdapters.attention("p", 8, 2).pinned());
    world.pool.beforePass();
    world.pool.beforePass();
    assertThat(world.residents()).containsExactly("p");
    assertThat(world.pool.kvCapacity()).isEqualTo(400 - 5 - 20);

    assertThat(world.cells.allocate(396)).isEmpty();
    assertThat(world.cells.allocate(395)).isPresent();

    assertThat(world.residents()).containsExactly("p");
    world.check();
  }

  @Test
  void requests_areTracedAndCountedByTier() {
    world.use("a");
    world.use("a");

    assertThat(world.small.trace.total()).isEqualTo(2);
    assertThat(world.small.trace.snapshot().getLast().adapter()).isEqualTo("a#1");
    assertThat(requests("disk")).isEqualTo(1);
    assertThat(requests("device")).isEqualTo(1);
  }

  /** A replay stalls a miss for what its load takes, and a miss is of one that is not here. */
  @Test
  void trace_ofAnAdapterThatHasLeft_tellsWhatItsLoadTook() {
    world.device.holdUploads();
    AdapterLease first = world.pool.request("a");
    first.tryLend(0);
    world.small.clock.advance(Duration.ofMillis(7));
    world.device.finishUpload(0, true);
    world.pool.beforePass();
    assertThat(first.tryLend(0)).isEqualTo(Loan.LENT);
    first.close();
    evictAll();
    assertThat(world.pool.versions()).isZero();

    AdapterLease second = world.pool.request("a");

    long seven = Duration.ofMillis(7).toNanos();
    assertThat(world.small.trace.snapshot())
        .extracting(RecordedRequest::loadNanos)
        .containsExactly(seven, seven);
    second.close();
  }

  private void evictAll() {
    OwnedCells all = world.kv(world.pool.snapshot().cells());
    world.cells.release(all);
    assertThat(world.residents()).isEmpty();
  }

  private double prefetches(String outcome) {
    return world
        .small
        .meters
        .get("chameleon.adapter.prefetches")
        .tags("kind", "queue", "outcome", outcome)
        .counter()
        .count();
  }

  private double requests(String tier) {
    return world.small.meters.get("chameleon.adapter.requests").tag("tier", tier).counter().count();
  }
}
