package io.chameleon.workload;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The adapters that are served, by number from 0, and the rank of each.
 *
 * @param ranks rank of adapter 0, 1 and so on, at least one; each at least 1
 */
public record AdapterMix(List<Integer> ranks) {

  /** The ranks of the Chameleon paper (arXiv 2411.17741, evaluation), ascending. */
  public static final List<Integer> PAPER_RANKS = List.of(8, 16, 32, 64, 128);

  public AdapterMix {
    ranks = List.copyOf(ranks);
    if (ranks.isEmpty()) {
      throw new IllegalArgumentException("a mix has no adapters; it must have at least 1");
    }
    ranks.forEach(rank -> Numbers.checkAtLeast("the rank of an adapter", rank, 1));
  }

  /**
   * The paper's ranks in turn, so that each has a fifth of the adapters; S-LoRA numbers its
   * adapters in the same order.
   */
  public static AdapterMix even(int adapters) {
    return inTurn(adapters, PAPER_RANKS);
  }

  /** Every adapter has the paper's smallest rank, 8. */
  public static AdapterMix allSmall(int adapters) {
    return inTurn(adapters, List.of(PAPER_RANKS.getFirst()));
  }

  /** Every adapter has the paper's largest rank, 128. */
  public static AdapterMix allLarge(int adapters) {
    return inTurn(adapters, List.of(PAPER_RANKS.getLast()));
  }

  /** Adapters of these ranks. */
  public static AdapterMix of(int... ranks) {
    return new AdapterMix(Arrays.stream(ranks).boxed().toList());
  }

  private static AdapterMix inTurn(int adapters, List<Integer> ranks) {
    Numbers.checkAtLeast("the count of adapters", adapters, 1);
    return new AdapterMix(
        IntStream.range(0, adapters).mapToObj(k -> ranks.get(k % ranks.size())).toList());
  }

  /** How many adapters there are. */
  public int size() {
    return ranks.size();
  }

  /** The rank of an adapter. */
  public int rank(int adapter) {
    return ranks.get(adapter);
  }

  /** The adapters of each rank, ascending. */
  SortedMap<Integer, int[]> byRank() {
    SortedMap<Integer, int[]> found = new TreeMap<>();
    for (int rank : ranks) {
      found.computeIfAbsent(
          rank, r -> IntStream.range(0, size()).filter(k -> rank(k) == r).toArray());
    }
    return found;
  }
}
