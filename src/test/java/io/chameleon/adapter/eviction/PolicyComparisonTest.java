package io.chameleon.adapter.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs every policy over the same requests, with caches of a quarter, half and three quarters of
 * the pool, and three seeds that no policy was tuned with. RATIONALE.md tells what the numbers say.
 */
class PolicyComparisonTest {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final Duration TARGET = Duration.ofMillis(10);

  private static final List<Double> CACHE_SHARES = List.of(0.25, 0.5, 0.75);

  private static final List<Long> SEEDS = List.of(1L, 2L, 3L);

  /** A line of the report. */
  private record Row(
      String policy,
      double cacheShare,
      long seed,
      double hitRate,
      double meanStallMs,
      double over10msShare) {}

  @Test
  void policies_whereOneLawRulesThePool_areRankedAsClaimed() throws IOException {
    List<Row> rows = compare("policies", ZipfTrace::overThePool);

    assertClaims(rows);
  }

  @Test
  void policies_whereEachRankHasItsLaw_areRankedAsClaimed() throws IOException {
    List<Row> rows = compare("policies-by-rank", ZipfTrace::withinEachRank);

    assertClaims(rows);
  }

  @Test
  void tail_whereNoLoadIsNearTheTarget_ranksAsValuePerByte() {
    List<RecordedRequest> requests = ZipfTrace.overThePool(SEEDS.getFirst());
    ReplayOutcome byMean = replay(EvictionKind.VALUE_PER_BYTE, TARGET, 0.5, requests);

    for (Duration target : List.of(Duration.ofSeconds(10), Duration.ofNanos(10_000))) {
      ReplayOutcome byTail = replay(EvictionKind.TAIL, target, 0.5, requests);
      assertThat(byTail.hitRate()).isCloseTo(byMean.hitRate(), within(0.005));
      assertThat(byTail.meanStallMillis())
          .isCloseTo(byMean.meanStallMillis(), within(0.01 * byMean.meanStallMillis()));
    }
  }

  private static void assertClaims(List<Row> rows) {
    for (double share : CACHE_SHARES) {
      assertThat(
              Math.min(
                  mean(rows, "value-per-byte", share, Row::meanStallMs),
                  mean(rows, "tail", share, Row::meanStallMs)))
          .as("mean stall with a cache of %s", share)
          .isLessThan(mean(rows, "chameleon", share, Row::meanStallMs));
      for (long seed : SEEDS) {
        assertTailIsLowest(
            rows.stream().filter(row -> row.cacheShare == share && row.seed == seed).toList());
      }
    }
  }

  private static void assertTailIsLowest(List<Row> rows) {
    assertThat(rows).hasSize(EvictionKind.values().length);
    double tail = mean(rows, "tail", rows.getFirst().cacheShare, Row::over10msShare);
    assertThat(rows)
        .filteredOn(row -> !row.policy.equals("tail"))
        .allSatisfy(row -> assertThat(row.over10msShare).as(row.toString()).isGreaterThan(tail));
  }

  private static List<Row> compare(String name, LongFunction<List<RecordedRequest>> law)
      throws IOException {
    List<Row> rows = new ArrayList<>();
    for (long seed : SEEDS) {
      List<RecordedRequest> requests = law.apply(seed);
      rows.addAll(
          Arrays.stream(EvictionKind.values())
              .parallel()
              .flatMap(kind -> CACHE_SHARES.stream().map(share -> row(kind, share, seed, requests)))
              .toList());
    }
    write(name, rows);
    print(name, rows);
    return rows;
  }

  private static Row row(
      EvictionKind kind, double share, long seed, List<RecordedRequest> requests) {
    ReplayOutcome outcome = replay(kind, TARGET, share, requests);
    return new Row(
        outcome.policy(),
        share,
        seed,
        outcome.hitRate(),
        outcome.meanStallMillis(),
        outcome.overTargetShare());
  }

  private static ReplayOutcome replay(
      EvictionKind kind, Duration target, double share, List<RecordedRequest> requests) {
    EvictionParameters defaults = EvictionParameters.DEFAULT;
    var parameters =
        new EvictionParameters(
            defaults.weights(), defaults.frequencyWindow(), defaults.demandHalfLife(), target);
    long cacheBytes = Math.round(ZipfTrace.poolBytes() * share);
    return PolicyReplay.run(requests, kind.create(parameters), cacheBytes, TARGET);
  }

  private static void write(String name, List<Row> rows) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "reports"));
    Files.writeString(folder.resolve(name + ".json"), JSON.writeValueAsString(rows));
  }

  private static void print(String name, List<Row> rows) {
    System.out.printf(
        Locale.ROOT,
        "%s: %d requests at %.0f/s, seeds %s; hit rate, mean stall, share over %d ms%n",
        name,
        ZipfTrace.REQUESTS,
        ZipfTrace.REQUESTS_PER_SECOND,
        SEEDS,
        TARGET.toMillis());
    for (EvictionKind kind : EvictionKind.values()) {
      StringBuilder line = new StringBuilder("%-15s".formatted(kind.propertyName()));
      CACHE_SHARES.forEach(share -> line.append(cells(rows, kind.propertyName(), share)));
      System.out.println(line);
    }
  }

  private static String cells(List<Row> rows, String policy, double share) {
    return String.format(
        Locale.ROOT,
        " | %2.0f %%: %.3f %.2f ms %.4f",
        share * 100,
        mean(rows, policy, share, Row::hitRate),
        mean(rows, policy, share, Row::meanStallMs),
        mean(rows, policy, share, Row::over10msShare));
  }

  private static double mean(
      List<Row> rows, String policy, double share, ToDoubleFunction<Row> figure) {
    return rows.stream()
        .filter(row -> row.policy.equals(policy) && row.cacheShare == share)
        .mapToDouble(figure)
        .average()
        .orElseThrow();
  }
}
