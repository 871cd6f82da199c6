package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.TestLength;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the policy, and in whatever order sequences come, are cancelled, fail and make room:
 * none is lost or doubled, all sums are exact after every pass, and all end once arrivals stop.
 * {@code make fuzz-scheduler} makes 100,000 runs of each policy.
 */
class PolicyPropertiesTest {

  private static final int RUNS =
      Integer.getInteger("chameleon.fuzz.runs", TestLength.of(500, 2_000));

  private static final long FIRST_SEED = Long.getLong("chameleon.fuzz.seed", 20261125);

  private static final String[] EVENTS = {
    "arrivals",
    "cancels",
    "cancelled",
    "completed",
    "failed",
    "failed steps",
    "failed samplers",
    "late",
    "load failures",
    "preemptions"
  };

  @ParameterizedTest
  @EnumSource(PolicyKind.class)
  void sequences_underAnyOrderOfEvents_allEndOnceAndAllSumsHold(PolicyKind kind) {
    Map<String, Integer> events = new TreeMap<>();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      run(kind, seed, events);
    }
    System.out.printf(
        "%s, %,d runs from seed %d: %s%n", kind.propertyName(), RUNS, FIRST_SEED, events);
    for (String event : RUNS < 100 ? new String[0] : EVENTS) {
      assertThat(events.getOrDefault(event, 0)).as(event).isGreaterThan(RUNS / 50);
    }
  }

  private static void run(PolicyKind kind, long seed, Map<String, Integer> events) {
    try {
      new PolicyRun(seed, kind.create(PolicySettings.DEFAULT), events).run();
    } catch (RuntimeException | AssertionError fault) {
      throw new AssertionError(
          "policy %s; again with -Dchameleon.fuzz.seed=%d -Dchameleon.fuzz.runs=1"
              .formatted(kind.propertyName(), seed),
          fault);
    }
  }
}
