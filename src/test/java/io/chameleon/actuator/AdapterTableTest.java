package io.chameleon.actuator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Entry;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Pending;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Refused;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Served;
import io.chameleon.adapter.catalogue.AdapterCatalogue.Unloaded;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallAdapters.Small;
import io.chameleon.fixtures.SmallPool;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * What is shown of a small pool: some resident, some in host memory, some on disk, some refused.
 */
class AdapterTableTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static final Path NOWHERE = Path.of("nowhere");

  private final List<Small> adapters =
      Stream.iterate(0, i -> i < 6, i -> i + 1)
          .map(i -> SmallAdapters.attention("a" + i, i + 1, 1 + i % 3))
          .toList();

  private final SmallPool world = new SmallPool(200, adapters.toArray(Small[]::new));

  private final EngineClock clock = new EngineClock(world.clock, () -> NOW);

  @Test
  void rows_ofServedAdapters_tellTierUseAndSize() {
    world.lease("a0").close();
    world.clock.advance(Duration.ofSeconds(3));
    var lease = world.lease("a1");
    var waiting = world.pool.request("a1");
    world.host.claim(adapters.get(2).version(), () -> {}).close();

    AdaptersDescriptor shown = show(query(null, null, null));

    assertThat(find(shown, "a0").tier()).isEqualTo("device");
    assertThat(find(shown, "a0").lastUsed()).isEqualTo(NOW.minusSeconds(3));
    assertThat(find(shown, "a0").deviceBytes()).isGreaterThanOrEqualTo(size(0));
    assertThat(find(shown, "a1").leases()).isEqualTo(1);
    assertThat(find(shown, "a1").waiting()).isEqualTo(1);
    assertThat(find(shown, "a1").hits()).isEqualTo(1);
    assertThat(find(shown, "a2").tier()).isEqualTo("host");
    assertThat(find(shown, "a3").tier()).isEqualTo("disk");
    assertThat(find(shown, "a3").lastUsed()).isNull();
    assertThat(find(shown, "a3").packedBytes()).isEqualTo(size(3));
    assertThat(shown.summary().byTier()).isEqualTo(Map.of("device", 2, "host", 1, "disk", 3));
    assertThat(shown.summary().byStatus())
        .isEqualTo(Map.of("served", 6, "refused", 1, "pending", 1, "unloaded", 1));
    lease.close();
    waiting.close();
  }

  @Test
  void rows_ofOthers_tellTheReasonAlone() {
    AdaptersDescriptor shown = show(query("bad", null, null));

    assertThat(shown.adapters())
        .containsExactly(AdapterDescriptor.unserved("bad", "refused", "NaN"));
    assertThat(find(show(query(null, null, "pending")), "young").reason()).isEqualTo("copied");
    assertThat(show(query("gone", null, null)).adapters().getFirst().status())
        .isEqualTo("unloaded");
  }

  @Test
  void pages_together_areAllThatMatch() {
    List<String> names = new ArrayList<>();
    for (int offset = 0; offset < 6; offset += 4) {
      AdaptersDescriptor page = show(new AdapterQuery(null, "disk", "served", offset, 4));
      assertThat(page.matching()).isEqualTo(6);
      page.adapters().forEach(adapter -> names.add(adapter.name()));
    }

    assertThat(names).containsExactly("a0", "a1", "a2", "a3", "a4", "a5");
    assertThat(show(new AdapterQuery(null, null, null, 100, 5)).adapters()).isEmpty();
    assertThatThrownBy(() -> new AdapterQuery(null, null, null, -1, 5))
        .hasMessageContaining("offset is -1");
  }

  @Test
  void summary_ofAnEmptyPool_saysHowManyMedianOnesFit() {
    AdaptersDescriptor.Summary summary = show(query(null, null, null)).summary();

    long free = 200L * SmallPool.CELL_ELEMENTS * 4;
    assertThat(summary.idleDeviceBytes()).isEqualTo(free);
    assertThat(summary.medianDeviceBytes())
        .isEqualTo(find(show(query(null, null, null)), "a1").deviceBytes());
    assertThat(summary.moreFit()).isEqualTo(free / summary.medianDeviceBytes());
    assertThat(summary.maxLora()).isEqualTo(summary.moreFit());
    world.lease("a1").close();
    assertThat(show(query(null, null, null)).summary().maxLora()).isEqualTo(summary.maxLora());
  }

  @Test
  void health_withRefusedAndPendingAdapters_isUpAndNamesThem() {
    Health health = new AdaptersHealthIndicator(this::catalogue).health();

    assertThat(health.getStatus()).isEqualTo(Status.UP);
    assertThat(health.getDetails())
        .isEqualTo(
            Map.of(
                "served",
                6,
                "refused",
                Map.of("bad", "NaN"),
                "pending",
                Map.of("young", "copied")));
  }

  private AdaptersDescriptor show(AdapterQuery query) {
    return new AdapterTable(catalogue(), world.host, world.pool.administration().view(), clock)
        .answer(query, world.source.allocatedBytes());
  }

  private AdapterCatalogue catalogue() {
    List<Entry> entries = new ArrayList<>();
    adapters.forEach(adapter -> entries.add(new Served(adapter.version())));
    entries.add(new Refused("bad", NOWHERE, "NaN"));
    entries.add(new Pending("young", NOWHERE, "copied"));
    entries.add(new Unloaded("gone", NOWHERE));
    return new AdapterCatalogue(entries);
  }

  private long size(int index) {
    return adapters.get(index).layout().bytes();
  }

  private static AdapterQuery query(
      @Nullable String name, @Nullable String tier, @Nullable String status) {
    return new AdapterQuery(name, tier, status, 0, 100);
  }

  private static AdapterDescriptor find(AdaptersDescriptor shown, String name) {
    return shown.adapters().stream().filter(a -> a.name().equals(name)).findFirst().orElseThrow();
  }
}
