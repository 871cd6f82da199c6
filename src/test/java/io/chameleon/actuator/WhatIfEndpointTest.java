package io.chameleon.actuator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.actuator.WhatIfEndpoint.WhatIfDescriptor;
import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.eviction.EvictionParameters;
import io.chameleon.adapter.eviction.RequestTrace;
import io.chameleon.fixtures.ManualClock;
import io.chameleon.openai.AdministrativeCalls;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.web.server.ResponseStatusException;

class WhatIfEndpointTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static final long SEED = 20261125;

  private static final int BYTES = 1_000;

  private final ManualClock clock = new ManualClock();

  private final RequestTrace trace = new RequestTrace(5_000);

  private final WhatIfEndpoint endpoint =
      new WhatIfEndpoint(
          trace,
          new WhatIfEndpoint.Running(EvictionKind.LRU, EvictionParameters.DEFAULT),
          () -> 10 * BYTES,
          new EngineClock(clock, () -> NOW),
          new AdministrativeCalls(false, "tenant"));

  @Test
  void replays_ofAllPolicies_overNowsCache_areAnswered() {
    record(2_000);

    WhatIfDescriptor found = run(null, null, null);

    assertThat(found.requests()).isEqualTo(2_000);
    assertThat(found.cacheBytes()).isEqualTo(10 * BYTES);
    assertThat(found.poolBytes()).isEqualTo(40 * BYTES);
    assertThat(found.replays()).hasSize(EvictionKind.values().length);
    assertThat(found.replays())
        .allSatisfy(replay -> {
          assertThat(replay.requests()).isEqualTo(2_000);
          assertThat(replay.hitRate()).isBetween(0.05, 0.95);
          assertThat(replay.meanStallMillis()).isPositive();
        });
    assertThat(Objects.requireNonNull(found.measured()).policy()).isEqualTo("lru");
    assertThat(found.measured().requests()).isEqualTo(2_000);
  }

  @Test
  void replay_withMoreCache_hitsMore() {
    record(2_000);

    assertThat(run("lru", null, 0.75).replays().getFirst().hitRate())
        .isGreaterThan(run("lru", null, 0.25).replays().getFirst().hitRate());
    assertThat(run("lru", 0L, null).replays().getFirst().hitRate()).isZero();
    assertThat(run("lru", 40L * BYTES, null).replays().getFirst().evictions()).isZero();
  }

  @Test
  void replay_ofNothing_isNothing() {
    WhatIfDescriptor found = run(null, null, null);

    assertThat(found.requests()).isZero();
    assertThat(found.since()).isNull();
    assertThat(found.measured()).isNull();
  }

  @Test
  void replay_ofWhatCannotBe_isRefused() {
    assertThatThrownBy(() -> run("best", null, null))
        .isInstanceOf(ResponseStatusException.class)
        .hasMessageContaining("known policies are: lru");
    assertThatThrownBy(() -> run("lru", -1L, null)).hasMessageContaining("cacheBytes is -1");
    assertThatThrownBy(() -> run("lru", null, 1.5)).hasMessageContaining("cacheShare is 1.5");
    record(10);
    assertThat(run("lru", null, null).requests()).as("it is not busy since").isEqualTo(10);
  }

  private void record(int requests) {
    Random random = new Random(SEED);
    for (int i = 0; i < requests; i++) {
      clock.advance(Duration.ofMillis(20));
      int adapter = (int) (40 * Math.pow(random.nextDouble(), 2));
      trace.record(clock.getAsLong(), "hash" + adapter, 8, BYTES, 5_000_000);
      trace.measured().asked(clock.getAsLong(), i % 2 == 0);
    }
  }

  private WhatIfDescriptor run(String policy, Long bytes, Double share) {
    return Objects.requireNonNull(endpoint.whatif(policy, bytes, share).block());
  }
}
