package io.chameleon.scheduling.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.fixtures.Allocations;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds of the counters whatever happens, over many random steps. */
class TokenCountersPropertyTest {

  private static final long SEED = 20261125;

  private static final int STEPS = 100_000;

  private static final int SLOTS = 4;

  private static final int LONGEST_INPUT = 400;

  private static final int LONGEST_OUTPUT = 60;

  private final Random chance = new Random(SEED);

  @Test
  void keys_thatAlwaysWait_areServedAlikeWhateverOthersDo() {
    System.out.printf("requests drawn with seed %d%n", SEED);
    TokenCounters counters = counters(20);
    SharedServer server = new SharedServer(counters, SLOTS);
    List<String> steady = List.of("short", "long", "mixed");
    long bound = LONGEST_INPUT + 2L * SLOTS * LONGEST_OUTPUT;
    long widest = 0;
    for (int step = 0; step < STEPS; step++) {
      steady.forEach(key -> keepWaiting(server, key));
      if (chance.nextInt(30) == 0) {
        String guest = "guest-" + chance.nextInt(200);
        server.submit(guest, drawn(LONGEST_INPUT), drawn(LONGEST_OUTPUT));
      }
      server.step();
      LongSummaryStatistics had = steady.stream().mapToLong(server::served).summaryStatistics();
      widest = Math.max(widest, had.getMax() - had.getMin());
      assertThat(counters.size()).isBetween(steady.size(), 20 + server.waitingKeys());
    }
    assertThat(widest).isPositive().isLessThanOrEqualTo(bound);
  }

  private void keepWaiting(SharedServer server, String key) {
    while (server.waiting(key) <= SLOTS) {
      int input = key.equals("short") ? 10 : drawn(LONGEST_INPUT);
      int output = key.equals("long") ? LONGEST_OUTPUT : drawn(LONGEST_OUTPUT);
      server.submit(key, input, output);
    }
  }

  @Test
  void tenant_atTenTimesTheLoad_getsNoMoreThanTheOthers() {
    System.out.printf("requests drawn with seed %d%n", SEED);
    SharedServer server = new SharedServer(counters(100), SLOTS);
    List<String> tenants = List.of("greedy", "b", "c", "d", "e");
    for (int step = 0; step < STEPS; step++) {
      for (String tenant : tenants) {
        // The others together ask for a little more than there is.
        if (chance.nextInt(tenant.equals("greedy") ? 3 : 30) == 0) {
          server.submit(tenant, drawn(100), drawn(LONGEST_OUTPUT));
        }
      }
      server.step();
    }
    double[] had = tenants.stream().mapToDouble(server::served).toArray();

    assertThat(jain(had)).isGreaterThan(0.99);
  }

  /** Jain's index: 1 where all have the same, 1/n where one has all. */
  private static double jain(double[] had) {
    double sum = IntStream.range(0, had.length).mapToDouble(i -> had[i]).sum();
    double squares = IntStream.range(0, had.length).mapToDouble(i -> had[i] * had[i]).sum();
    return sum * sum / (had.length * squares);
  }

  @Test
  void counters_whateverIsAsked_areThoseOfThePlainRule() {
    System.out.printf("steps drawn with seed %d%n", SEED);
    TokenCounters counters = counters(1000);
    PlainRule rule = new PlainRule();
    for (int step = 0; step < STEPS; step++) {
      String key = "k" + chance.nextInt(12);
      int tokens = drawn(50);
      switch (chance.nextInt(4)) {
        case 0 -> {
          counters.activate(key);
          rule.activate(key);
        }
        case 1 -> {
          if (rule.waits(key)) {
            counters.deactivate(counters.account(key));
            rule.deactivate(key);
          }
        }
        case 2 -> {
          counters.account(key).chargeInput(tokens);
          rule.add(key, tokens);
        }
        default -> {
          counters.account(key).chargeOutput(tokens);
          rule.add(key, 2L * tokens);
        }
      }
      assertThat(counters.account(key).served())
          .as("step %d, %s", step, key)
          .isEqualTo(rule.served(key));
    }
  }

  /** The rule as the paper has it, without bounds or care for speed. */
  private static final class PlainRule {

    private final Map<String, Long> served = new HashMap<>();

    private final List<String> queue = new ArrayList<>();

    private String last = "";

    boolean waits(String key) {
      return queue.contains(key);
    }

    long served(String key) {
      return served.getOrDefault(key, 0L);
    }

    void add(String key, long weighted) {
      served.merge(key, weighted, Long::sum);
    }

    void activate(String key) {
      if (!waits(key)) {
        long least = queue.stream().mapToLong(this::served).min().orElseGet(() -> served(last));
        served.put(key, Math.max(served(key), least));
      }
      queue.add(key);
    }

    void deactivate(String key) {
      queue.remove(key);
      if (!waits(key)) {
        last = key;
      }
    }
  }

  @Test
  void charging_takesNoMemory() {
    TokenCounters counters = counters(100);
    TokenAccount active = counters.activate("a");
    TokenAccount idle = counters.account("b");
    chargeMany(active, idle);

    assertThat((double) Allocations.during(() -> chargeMany(active, idle)))
        .isCloseTo(0, within(1000.0));
  }

  private static void chargeMany(TokenAccount active, TokenAccount idle) {
    for (int i = 0; i < 20_000; i++) {
      active.chargeOutput(1);
      idle.chargeOutput(1);
    }
  }

  private static TokenCounters counters(int mostIdle) {
    return new TokenCounters(SharedServer.INPUT_WEIGHT, SharedServer.OUTPUT_WEIGHT, mostIdle);
  }

  private int drawn(int most) {
    return 1 + chance.nextInt(most);
  }
}
