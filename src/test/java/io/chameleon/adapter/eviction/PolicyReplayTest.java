package io.chameleon.adapter.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyReplayTest {

  private static final Duration TARGET = Duration.ofMillis(10);

  @Test
  void replay_ofNothing_isAllZero() {
    assertThat(replay(List.of(), 10))
        .isEqualTo(new ReplayOutcome("lru", 10 * Policies.MEBIBYTE, 0, 0, 0, 0, 0));
    assertThat(replay(List.of(), 10).hitRate()).isZero();
  }

  @Test
  void replay_countsStallsAndHits() {
    ReplayOutcome outcome =
        replay(List.of(at(0, "a", 10, 20), at(1, "a", 10, 20), at(2, "b", 10, 4)), 20);

    assertThat(outcome.hits()).isEqualTo(1);
    assertThat(outcome.evictions()).isZero();
    assertThat(outcome.meanStallMillis()).isCloseTo(24 / 3.0, within(1e-9));
    assertThat(outcome.overTargetShare()).isCloseTo(1 / 3.0, within(1e-9));
  }

  @Test
  void replay_whereMemoryIsShort_evictsByThePolicy() {
    ReplayOutcome outcome =
        replay(
            List.of(
                at(0, "a", 10, 1),
                at(1, "b", 10, 1),
                at(2, "a", 10, 1),
                at(3, "c", 10, 1),
                at(4, "a", 10, 1),
                at(5, "b", 10, 1)),
            20);

    assertThat(outcome.hits()).as("a twice; b was the older when c came").isEqualTo(2);
    assertThat(outcome.evictions()).isEqualTo(2);
  }

  @Test
  void replay_whileAnAdapterIsStillBeingLoaded_waitsForTheRest() {
    Duration second = Duration.ofSeconds(1);
    RecordedRequest first = at(1, "a", 10, 30);
    RecordedRequest joining =
        new RecordedRequest(
            second.plusMillis(12).toNanos(), "a", 8, first.bytes(), first.loadNanos());

    ReplayOutcome outcome = replay(List.of(first, joining), 20);

    assertThat(outcome.meanStallMillis()).isCloseTo((30 + 18) / 2.0, within(1e-9));
    assertThat(outcome.overTargetShare()).isEqualTo(1);
  }

  @Test
  void replay_ofAnAdapterLargerThanTheCache_keepsTheOthers() {
    ReplayOutcome outcome =
        replay(
            List.of(
                at(0, "a", 10, 1), at(1, "giant", 30, 1), at(2, "giant", 30, 1), at(3, "a", 10, 1)),
            20);

    assertThat(outcome.hits()).isEqualTo(1);
    assertThat(outcome.evictions()).isZero();
  }

  @Test
  void replay_negativeCache_isRefused() {
    assertThatThrownBy(() -> replay(List.of(), -1)).hasMessageContaining("-1048576 bytes");
  }

  @ParameterizedTest
  @EnumSource
  void replay_twice_givesTheSame(EvictionKind kind) {
    List<RecordedRequest> requests = ZipfTrace.overThePool(9).subList(0, 5_000);
    long cacheBytes = ZipfTrace.poolBytes() / 3;

    assertThat(PolicyReplay.run(requests, Policies.create(kind), cacheBytes, TARGET))
        .isEqualTo(PolicyReplay.run(requests, Policies.create(kind), cacheBytes, TARGET));
  }

  @ParameterizedTest
  @EnumSource
  void replay_whereAllFits_missesEachAdapterOnce(EvictionKind kind) {
    List<RecordedRequest> requests = ZipfTrace.overThePool(9).subList(0, 5_000);
    long distinct = requests.stream().map(RecordedRequest::adapter).distinct().count();

    ReplayOutcome outcome =
        PolicyReplay.run(requests, Policies.create(kind), ZipfTrace.poolBytes(), TARGET);

    assertThat(outcome.hits()).isEqualTo(5_000 - distinct);
    assertThat(outcome.evictions()).isZero();
  }

  private static ReplayOutcome replay(List<RecordedRequest> requests, long mebibytes) {
    return PolicyReplay.run(
        requests, Policies.create(EvictionKind.LRU), mebibytes * Policies.MEBIBYTE, TARGET);
  }

  private static RecordedRequest at(long second, String name, long mebibytes, long loadMillis) {
    return new RecordedRequest(
        Duration.ofSeconds(second).toNanos(),
        name,
        8,
        mebibytes * Policies.MEBIBYTE,
        Duration.ofMillis(loadMillis).toNanos());
  }
}
