package io.chameleon.adapter.eviction;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Requests in the setting of the Chameleon paper: 100 adapters of Llama-7B, 20 of each of five
 * ranks, with the load times of its Fig. 2; a Poisson process of 8 requests a second, in which
 * adapters are asked for by Zipf's law with exponent 1.
 */
final class ZipfTrace {

  static final int REQUESTS = 40_000;

  static final double REQUESTS_PER_SECOND = 8;

  private static final int[] RANKS = {8, 16, 32, 64, 128};

  private static final double[] LOAD_MILLIS = {1.9, 3.4, 7.2, 11.4, 23.5};

  private static final int ADAPTERS_PER_RANK = 20;

  private static final int ADAPTERS = ADAPTERS_PER_RANK * RANKS.length;

  private static final long BYTES_PER_RANK = 2L << 20;

  private final Random random;

  private final List<Integer> byPopularity = new ArrayList<>();

  private double seconds;

  private ZipfTrace(long seed) {
    this.random = new Random(seed);
    for (int adapter = 0; adapter < ADAPTERS; adapter++) {
      byPopularity.add(adapter);
    }
    Collections.shuffle(byPopularity, random);
  }

  /** One law over all adapters, whose popularity has nothing to do with their rank. */
  static List<RecordedRequest> overThePool(long seed) {
    ZipfTrace trace = new ZipfTrace(seed);
    return trace.requests(ADAPTERS, trace.byPopularity);
  }

  /** All ranks equally often, and one law over the adapters of each. */
  static List<RecordedRequest> withinEachRank(long seed) {
    return new ZipfTrace(seed).requests(ADAPTERS_PER_RANK, List.of());
  }

  /** Bytes of all adapters. */
  static long poolBytes() {
    long bytes = 0;
    for (int rank : RANKS) {
      bytes += ADAPTERS_PER_RANK * (long) rank * BYTES_PER_RANK;
    }
    return bytes;
  }

  private List<RecordedRequest> requests(int drawnFrom, List<Integer> adapters) {
    double[] sums = zipfSums(drawnFrom);
    List<RecordedRequest> requests = new ArrayList<>(REQUESTS);
    for (int i = 0; i < REQUESTS; i++) {
      seconds -= Math.log(1 - random.nextDouble()) / REQUESTS_PER_SECOND;
      int drawn = draw(sums);
      int adapter =
          adapters.isEmpty()
              ? drawn * RANKS.length + random.nextInt(RANKS.length)
              : adapters.get(drawn);
      requests.add(request(adapter));
    }
    return requests;
  }

  private RecordedRequest request(int adapter) {
    int kind = adapter % RANKS.length;
    return new RecordedRequest(
        (long) (seconds * 1e9),
        "adapter-%02d".formatted(adapter),
        RANKS[kind],
        RANKS[kind] * BYTES_PER_RANK,
        Math.round(LOAD_MILLIS[kind] * 1e6));
  }

  private int draw(double[] sums) {
    double at = random.nextDouble() * sums[sums.length - 1];
    int drawn = 0;
    while (sums[drawn] <= at) {
      drawn++;
    }
    return drawn;
  }

  private static double[] zipfSums(int count) {
    double[] sums = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += 1.0 / (i + 1);
      sums[i] = sum;
    }
    return sums;
  }
}
