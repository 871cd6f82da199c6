package io.chameleon.actuator;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.actuator.DecisionsEndpoint.DecisionDescriptor;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallPool;
import io.chameleon.memory.OwnedCells;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DecisionsEndpointTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static final int CELLS = 120;

  private final SmallPool world =
      new SmallPool(
          CELLS, SmallAdapters.attention("old", 1, 2), SmallAdapters.attention("new", 2, 2));

  private final DecisionsEndpoint endpoint =
      new DecisionsEndpoint(
          world.decisions, world.catalogue, new EngineClock(world.clock, () -> NOW));

  @Test
  void decisions_afterAnEviction_tellWhoLeftAndWhoMightHave() {
    world.lease("old").close();
    world.clock.advance(Duration.ofSeconds(1));
    world.lease("new").close();
    OwnedCells kv = world.cells.allocate(world.space.freeCells() + 1).orElseThrow();
    world.clock.advance(Duration.ofSeconds(2));

    DecisionDescriptor decision = endpoint.decisions(null).decisions().getFirst();

    assertThat(decision.at()).isEqualTo(NOW.minusSeconds(2));
    assertThat(decision.reason()).isEqualTo("kv");
    assertThat(decision.policy()).isEqualTo("lru");
    assertThat(decision.totalCandidates()).isEqualTo(2);
    assertThat(decision.candidates().getFirst().names()).containsExactly("old");
    assertThat(decision.candidates().getFirst().evicted()).isTrue();
    assertThat(decision.candidates().getLast().names()).containsExactly("new");
    assertThat(decision.candidates().getLast().evicted()).isFalse();
    assertThat(decision.candidates().getLast().score()).isNotNull();
    assertThat(endpoint.decisions(0).decisions()).isEmpty();
    assertThat(endpoint.decisions(null).total()).isEqualTo(1);
    world.cells.release(kv);
  }

  @Test
  void decisions_aboutAnAdapterThatIsGone_tellItsHashAlone() {
    world.lease("old").close();
    world.catalogue.remove("old");
    world.pool.beforePass();

    DecisionDescriptor decision = endpoint.decisions(1).decisions().getFirst();

    assertThat(decision.reason()).isEqualTo("removed");
    assertThat(decision.candidates().getFirst().names()).isEmpty();
    assertThat(decision.candidates().getFirst().contentHash()).isEqualTo("old#1");
    assertThat(decision.candidates().getFirst().score()).isNull();
  }
}
