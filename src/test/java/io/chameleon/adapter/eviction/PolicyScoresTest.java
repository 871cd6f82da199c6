package io.chameleon.adapter.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The scores of each policy, against its formula worked out by hand. */
class PolicyScoresTest {

  private static final EvictionCandidate SMALL = Policies.adapter("small", 8, 16);

  private static final EvictionCandidate LARGE = Policies.adapter("large", 128, 256);

  private static final Duration START = Duration.ofHours(1);

  @Test
  void lru_isMinusTheSecondsSinceTheLastUse() {
    EvictionPolicy policy = Policies.create(EvictionKind.LRU);
    Policies.load(policy, SMALL, 2, START);
    Policies.load(policy, LARGE, 24, START);
    policy.requested("large", START.plusSeconds(5).toNanos());

    assertThat(scores(policy, 9)).containsExactly(-9, -4);
  }

  @Test
  void lfu_halvesInAHalfLife() {
    EvictionPolicy policy = Policies.create(EvictionKind.LFU);
    request(policy, "small", 8, 0);
    Policies.load(policy, SMALL, 2, START);

    assertThat(scores(policy, 0)[0]).isCloseTo(8, within(1e-9));
    assertThat(scores(policy, 300)[0]).isCloseTo(4, within(1e-9));
    assertThat(scores(policy, 900)[0]).isCloseTo(1, within(1e-9));
  }

  @Test
  void gdsf_isTheClockPlusFrequencyTimesCostOverSize() {
    EvictionPolicy policy = Policies.create(EvictionKind.GDSF);
    loadOften(policy);
    request(policy, "small", 3, 0);
    request(policy, "large", 1, 0);

    double small = 3 * 2.0 / 16;
    double large = 24.0 / 256;
    assertThat(scores(policy, 0)[0]).isCloseTo(small, within(0.05 * small));
    assertThat(scores(policy, 0)[1]).isCloseTo(large, within(0.05 * large));

    policy.evicted("large", START.toNanos());
    request(policy, "large", 1, 0);
    assertThat(scores(policy, 0)[1]).isCloseTo(2 * large, within(0.1 * large));
  }

  @Test
  void gdsf_hotOnce_leavesAfterAsManyColdOnes() {
    EvictionPolicy policy = Policies.create(EvictionKind.GDSF);
    Policies.load(policy, SMALL, 2, START);
    request(policy, "small", 100, 0);
    EvictionCandidate cold = Policies.adapter("cold", 8, 16);
    int evictions = 0;
    while (evictions < 1_000) {
      policy.requested("cold", START.toNanos());
      Policies.load(policy, cold, 2, START);
      double[] scores = policy.scores(List.of(cold, SMALL), START.toNanos());
      if (scores[1] < scores[0]) {
        break;
      }
      policy.evicted("cold", START.toNanos());
      evictions++;
    }

    assertThat(evictions).isBetween(90, 110);
  }

  @Test
  void chameleon_isThePapersSumOfScaledTerms() {
    EvictionPolicy policy = Policies.create(EvictionKind.CHAMELEON);
    twoOfDifferentUse(policy);

    assertThat(scores(policy, 10)[0])
        .isCloseTo(0.45 * 1 + 0.10 * (1 - 2 / 4.0) + 0.45 * 8 / 128, within(1e-9));
    assertThat(scores(policy, 10)[1]).isCloseTo(0.45 * 1 / 4 + 0.10 * 0 + 0.45 * 1, within(1e-9));
  }

  @Test
  void fairShare_weighsEachTermAThird() {
    EvictionPolicy policy = Policies.create(EvictionKind.FAIR_SHARE);
    twoOfDifferentUse(policy);

    assertThat(scores(policy, 10)[0]).isCloseTo((1 + (1 - 2 / 4.0) + 8 / 128.0) / 3, within(1e-9));
    assertThat(scores(policy, 10)[1]).isCloseTo((0.25 + 0 + 1) / 3, within(1e-9));
  }

  @Test
  void chameleon_forgetsWhatLeftTheWindow() {
    EvictionPolicy policy = Policies.create(EvictionKind.CHAMELEON);
    twoOfDifferentUse(policy);
    policy.requested("large", START.plusSeconds(320).toNanos());

    assertThat(scores(policy, 320)[0]).isCloseTo(0.45 * 8 / 128, within(1e-9));
    assertThat(scores(policy, 320)[1]).isCloseTo(1, within(1e-9));
  }

  @Test
  void valuePerByte_isRateTimesLoadTimeOverSize() {
    EvictionPolicy policy = Policies.create(EvictionKind.VALUE_PER_BYTE);
    loadOften(policy);
    request(policy, "small", 6, 0);
    request(policy, "large", 3, 0);

    double perSecond = Math.log(2) / 300;
    double small = 6 * perSecond * 2 / 16;
    double large = 3 * perSecond * 24 / 256;
    assertThat(scores(policy, 0)[0]).isCloseTo(small, within(0.05 * small));
    assertThat(scores(policy, 0)[1]).isCloseTo(large, within(0.05 * large));
    assertThat(scores(policy, 600)[0]).isCloseTo(small / 4, within(0.05 * small));
  }

  @Test
  void tail_addsTwelveTargetsToWhatMissesIt() {
    EvictionPolicy policy = Policies.create(EvictionKind.TAIL);
    loadOften(policy);
    request(policy, "small", 6, 0);
    request(policy, "large", 3, 0);

    double perSecond = Math.log(2) / 300;
    double small = 6 * perSecond * 2 / 16;
    double large = 3 * perSecond * (24 + 12 * 10) / 256;
    assertThat(scores(policy, 0)[0]).isCloseTo(small, within(0.05 * small));
    assertThat(scores(policy, 0)[1]).isCloseTo(large, within(0.05 * large));
  }

  /** Four requests of the small one, the last 8 seconds after the start; one of the large, at 6. */
  private static void twoOfDifferentUse(EvictionPolicy policy) {
    Policies.load(policy, SMALL, 2, START);
    Policies.load(policy, LARGE, 24, START);
    policy.requested("large", START.plusSeconds(6).toNanos());
    request(policy, "small", 4, 8);
  }

  /** So often that what was learned outweighs the prior. */
  private static void loadOften(EvictionPolicy policy) {
    for (int i = 0; i < 200; i++) {
      Policies.load(policy, SMALL, 2, START);
      Policies.load(policy, LARGE, 24, START);
    }
  }

  private static void request(EvictionPolicy policy, String adapter, int times, long second) {
    for (int i = 0; i < times; i++) {
      policy.requested(adapter, START.plusSeconds(second).toNanos());
    }
  }

  private static double[] scores(EvictionPolicy policy, long second) {
    return policy.scores(List.of(SMALL, LARGE), START.plusSeconds(second).toNanos());
  }
}
