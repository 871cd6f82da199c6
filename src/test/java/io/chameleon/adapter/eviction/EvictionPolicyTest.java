package io.chameleon.adapter.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.Allocations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What every policy must keep, or every one that is named. */
class EvictionPolicyTest {

  private static final EvictionCandidate SMALL = Policies.adapter("small", 8, 16);

  private static final EvictionCandidate OTHER = Policies.adapter("other", 8, 16);

  private static final EvictionCandidate GIANT = Policies.adapter("giant", 128, 256);

  private static final int STEPS = 3_000;

  @ParameterizedTest
  @EnumSource
  void name_isThatOfTheConfiguration(EvictionKind kind) {
    assertThat(Policies.create(kind).name()).isEqualTo(kind.propertyName());
  }

  @ParameterizedTest
  @EnumSource
  void scores_ofEqualHistories_areEqual(EvictionKind kind) {
    for (long seed = 1; seed <= 5; seed++) {
      assertThat(history(kind, seed)).as("seed " + seed).isEqualTo(history(kind, seed));
    }
  }

  @ParameterizedTest
  @EnumSource
  void scores_afterAnything_areFinite(EvictionKind kind) {
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(history(kind, seed)).as("seed " + seed).isNotEmpty().allMatch(Double::isFinite);
    }
  }

  @ParameterizedTest
  @EnumSource
  void scores_ofNobody_areNone(EvictionKind kind) {
    assertThat(Policies.create(kind).scores(List.of(), 0)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void scores_ofOneThatWasNeverLoaded_areFinite(EvictionKind kind) {
    EvictionPolicy policy = Policies.create(kind);
    Policies.load(policy, SMALL, 2, Duration.ofSeconds(1));

    assertThat(policy.scores(List.of(SMALL, GIANT), Duration.ofSeconds(2).toNanos()))
        .hasSize(2)
        .satisfies(scores -> assertThat(Double.isFinite(scores[1])).isTrue());
  }

  @ParameterizedTest
  @EnumSource
  void requested_knownAdapters_allocatesNothing(EvictionKind kind) {
    EvictionPolicy policy = Policies.create(kind);
    Policies.load(policy, SMALL, 2, Duration.ZERO);
    request(policy, 1_000, 0);

    long bytes = Allocations.during(() -> request(policy, 10_000, 1_000));

    assertThat(bytes).as("bytes of 20,000 requests").isLessThan(1_000);
  }

  @ParameterizedTest
  @EnumSource
  void score_ofTheHotOnce_fallsBelowThatOfTheWarmNow(EvictionKind kind) {
    EvictionPolicy policy = Policies.create(kind);
    Policies.load(policy, SMALL, 2, Duration.ZERO);
    Policies.load(policy, OTHER, 2, Duration.ZERO);
    policy.requested("other", 0);
    for (int i = 0; i < 1_000; i++) {
      policy.requested("small", Duration.ofMillis(i).toNanos());
    }
    assertThat(score(policy, SMALL, 1)).isGreaterThan(score(policy, OTHER, 1));

    for (int minute = 1; minute <= 120; minute++) {
      policy.requested("other", Duration.ofMinutes(minute).toNanos());
      churn(policy, Duration.ofMinutes(minute));
    }

    assertThat(score(policy, SMALL, 7_200)).isLessThan(score(policy, OTHER, 7_200));
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"CHAMELEON", "FAIR_SHARE"})
  void score_ofAGiantThatNobodyWants_isTheLowest(EvictionKind kind) {
    EvictionPolicy policy = Policies.create(kind);
    Policies.load(policy, GIANT, 24, Duration.ZERO);
    for (int second = 1; second <= 60; second++) {
      policy.requested("small", Duration.ofSeconds(second).toNanos());
      if (second == 1) {
        Policies.load(policy, SMALL, 2, Duration.ofSeconds(1));
      }
    }

    assertThat(score(policy, GIANT, 60)).isLessThan(score(policy, SMALL, 60));
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"CHAMELEON", "FAIR_SHARE"})
  void score_ofAGiantThatWasWantedOnce_becomesTheLowest(EvictionKind kind) {
    EvictionPolicy policy = Policies.create(kind);
    policy.requested("giant", 0);
    Policies.load(policy, GIANT, 24, Duration.ZERO);
    for (int minute = 1; minute <= 60; minute++) {
      policy.requested("small", Duration.ofMinutes(minute).toNanos());
      if (minute == 1) {
        Policies.load(policy, SMALL, 2, Duration.ofMinutes(1));
      }
      churn(policy, Duration.ofMinutes(minute));
    }

    assertThat(score(policy, GIANT, 3_600)).isLessThan(score(policy, SMALL, 3_600));
  }

  private static double score(EvictionPolicy policy, EvictionCandidate adapter, long second) {
    return Policies.score(policy, adapter, Duration.ofSeconds(second));
  }

  /** Passers-by come and leave, as they do in a full cache; GDSF's clock runs by that alone. */
  private static void churn(EvictionPolicy policy, Duration at) {
    for (int i = 0; i < 10; i++) {
      EvictionCandidate passer = Policies.adapter("passer-" + i, 8, 16);
      policy.requested(passer.adapter(), at.toNanos());
      Policies.load(policy, passer, 2, at);
      policy.scores(List.of(passer), at.toNanos());
      policy.evicted(passer.adapter(), at.toNanos());
    }
  }

  private static void request(EvictionPolicy policy, int times, long fromNanos) {
    for (int i = 0; i < times; i++) {
      policy.requested("small", fromNanos + i * 1_000_000_000L);
      policy.requested("absent", fromNanos + i * 1_000_000_000L);
    }
  }

  /** All scores of a random history that goes to the limits of time, size and load time. */
  private static List<Double> history(EvictionKind kind, long seed) {
    Random random = new Random(seed);
    EvictionPolicy policy = Policies.create(kind);
    List<EvictionCandidate> residents = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    long now = random.nextLong(-1L << 50, 1L << 50);
    for (int step = 0; step < STEPS; step++) {
      now += random.nextLong(1L << random.nextInt(50));
      policy.requested("adapter-" + random.nextInt(50), now);
      if (random.nextInt(3) == 0) {
        load(policy, residents, random, now);
      }
      for (double score : policy.scores(residents, now)) {
        scores.add(score);
      }
      if (residents.size() > 10) {
        policy.evicted(residents.remove(random.nextInt(residents.size())).adapter(), now);
      }
    }
    return scores;
  }

  private static void load(
      EvictionPolicy policy, List<EvictionCandidate> residents, Random random, long now) {
    String name = "adapter-" + random.nextInt(50);
    if (residents.stream().noneMatch(resident -> resident.adapter().equals(name))) {
      long bytes = 1 + random.nextLong(1L << random.nextInt(1, 62));
      var adapter = new EvictionCandidate(name, 1 + random.nextInt(1 << 20), bytes);
      residents.add(adapter);
      policy.loaded(adapter, random.nextLong(1L << random.nextInt(1, 62)), now);
    }
  }
}
