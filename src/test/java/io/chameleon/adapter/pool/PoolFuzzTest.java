package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.fixtures.TestLength;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything that can happen to the pool, in random order on a virtual clock: see {@link PoolFuzz}.
 * {@code make fuzz} runs ten times as many steps over further seeds.
 */
class PoolFuzzTest {

  private static final int STEPS =
      Integer.getInteger("chameleon.fuzz.steps", TestLength.of(25_000, 100_000));
  private static final int SEEDS = Integer.getInteger("chameleon.fuzz.seeds", 1);
  private static final long FIRST_SEED = Long.getLong("chameleon.fuzz.seed", 20261125);

  static List<Long> seeds() {
    return LongStream.range(0, SEEDS).mapToObj(i -> FIRST_SEED + i).toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyOrderOfEvents_losesAndDoublesNothing(long seed) {
    run(seed, STEPS, false);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyOrderOfEvents_whereAdaptersRunInPlace_losesAndDoublesNothing(long seed) {
    run(seed, STEPS, true);
  }

  /** Seeds that have found something once. */
  @ParameterizedTest
  @ValueSource(longs = {1, 77})
  void seedsThatFailedOnce_pass(long seed) {
    run(seed, 5_000, false);
  }

  private static void run(long seed, int steps, boolean inPlace) {
    List<EvictionKind> kinds = List.of(EvictionKind.values());
    EvictionKind kind = kinds.get((int) (seed % kinds.size()));
    PoolFuzz fuzz = new PoolFuzz(seed, kind, inPlace);
    try {
      fuzz.run(steps);
    } catch (RuntimeException | AssertionError failure) {
      throw new AssertionError("seed %d, %s: %s".formatted(seed, kind, failure), failure);
    }
    System.out.printf("seed %d, %s, %,d steps: %s%n", seed, kind, steps, fuzz.events());
    PoolFuzz.MUST_HAPPEN.forEach(event -> requireOften(fuzz, event, steps));
    if (inPlace) {
      PoolFuzz.MUST_HAPPEN_IN_PLACE.forEach(event -> requireOften(fuzz, event, steps));
    }
  }

  private static void requireOften(PoolFuzz fuzz, String event, int steps) {
    assertThat(fuzz.events().getOrDefault(event, 0)).as(event).isGreaterThan(steps / 2_000);
  }
}
