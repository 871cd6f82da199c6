package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.memory.CellUse;
import io.chameleon.request.AdapterTier;
import io.chameleon.request.UnknownModelException;
import org.junit.jupiter.api.Test;

class AdapterPoolTest {

  private final PoolFixture world =
      new PoolFixture(
          400,
          SmallAdapters.attention("a", 1, 2),
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
  void lease_ofMlpAlone_takesNoAttentionRows() {
    ResidentAdapter adapter = world.lease("m").adapter();

    assertThat(adapter.attention()).isNull();
    assertThat(adapter.mlp()).isEqualTo(new RowRange(0, 2));
  }

  @Test
  void lease_ofTheSameAdapterTwice_sharesRowsAndCells() {
    AdapterLease first = world.lease("a");
    int free = world.arena.freeCells();
    AdapterLease second = world.lease("a");

    assertThat(second.adapter()).isSameAs(first.adapter());
    assertThat(world.arena.freeCells()).isEqualTo(free);
    assertThat(world.leases("a")).isEqualTo(2);
    assertThat(world.device.uploads()).isEqualTo(1);
  }

  @Test
  void lease_closedWhileAnotherIsOpen_keepsTheRows() {
    AdapterLease first = world.lease("a");
    AdapterLease second = world.lease("a");

    first.close();

    assertThat(world.leases("a")).isEqualTo(1);
    world.checkRows(second);
    second.close();
    world.checkIdle();
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
  void lease_afterClose_hasNoRows() {
    AdapterLease lease = world.lease("a");
    lease.close();

    assertThatThrownBy(lease::adapter)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("adapter a is not lent");
  }

  @Test
  void tier_tellsWhereTheAdapterWas() {
    AdapterLease first = world.lease("a");
    AdapterLease second = world.lease("a");
    first.close();
    second.close();
    AdapterLease third = world.lease("a");

    assertThat(first.foundIn()).isEqualTo(AdapterTier.HOST);
    assertThat(second.foundIn()).isEqualTo(AdapterTier.DEVICE);
    assertThat(third.foundIn()).isEqualTo(AdapterTier.DEVICE);
    assertThat(world.pool.evictColdest()).isFalse();
    third.close();
    assertThat(world.pool.evictColdest()).isTrue();
    assertThat(world.lease("a").foundIn()).isEqualTo(AdapterTier.HOST);
  }

  @Test
  void tryAcquire_unknownName_throwsAndKeepsNothing() {
    assertThatThrownBy(() -> world.pool.tryAcquire("stranger"))
        .isInstanceOf(UnknownModelException.class)
        .hasMessageContaining("stranger");
    world.checkIdle();
  }

  @Test
  void idleAdapter_staysResidentWithItsTrueBytes() {
    world.lease("b").close();

    // Rank 3, q (4 + 4) and v (4 + 2) of two layers: 84 numbers in cells of 12.
    assertThat(world.pool.residents()).containsExactly(new ResidentView("b", 7, 0));
    assertThat(world.arena.usedCells(CellUse.ADAPTER)).isEqualTo(7);
    world.checkIdle();
  }

  @Test
  void evictColdest_leavesInTheOrderOfUse() {
    for (String name : new String[] {"a", "b", "m"}) {
      world.lease(name).close();
    }
    world.lease("a").close();

    assertThat(world.residents()).containsExactly("b", "m", "a");
    assertThat(world.pool.evictColdest()).isTrue();
    assertThat(world.residents()).containsExactly("m", "a");
    world.lease("m").close();
    assertThat(world.pool.evictColdest()).isTrue();
    assertThat(world.residents()).containsExactly("m");
    world.checkIdle();
  }

  @Test
  void evictColdest_neverTakesALentOne() {
    AdapterLease lent = world.lease("a");
    world.lease("b").close();

    assertThat(world.pool.evictColdest()).isTrue();
    assertThat(world.pool.evictColdest()).isFalse();
    assertThat(world.residents()).containsExactly("a");
    world.checkRows(lent);
  }

  @Test
  void evictColdest_emptyPool_isFalse() {
    assertThat(world.pool.evictColdest()).isFalse();
  }

  @Test
  void evictedAdapter_lentAgain_isUploadedAnew() {
    world.lease("a").close();
    assertThat(world.pool.evictColdest()).isTrue();

    world.checkRows(world.lease("a"));
    assertThat(world.device.uploads()).isEqualTo(2);
  }

  @Test
  void footprint_countsRestAndRows() {
    // At rest 56 numbers; two rows of 80 numbers; cells of 12.
    assertThat(world.pool.cellsOf(SmallAdapters.attention("x", 9, 2))).isEqualTo(5 + 14);
    assertThat(world.pool.largestFootprint())
        .isEqualTo(world.pool.cellsOf(SmallAdapters.attention("b", 2, 3)));
    assertThat(new PoolFixture(10).pool.largestFootprint()).isZero();
  }
}
