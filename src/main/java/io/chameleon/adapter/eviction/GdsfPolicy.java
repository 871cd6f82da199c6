package io.chameleon.adapter.eviction;

import java.util.Arrays;
import java.util.List;

/**
 * Greedy-Dual-Size with Frequency: a score is {@code K + frequency * cost / size}, set when the
 * adapter is asked for. K, the ageing clock, is the lowest score at the last choice, so whoever is
 * no longer asked for is overtaken by whoever is. Cost is the learned load time in milliseconds,
 * size is in MiB, and frequency counts the requests since the adapter was last evicted.
 *
 * <p>Cherkasova, "Improving WWW proxies performance with Greedy-Dual-Size-Frequency caching policy"
 * (HP Labs, 1998). The Chameleon paper names it for comparison.
 */
final class GdsfPolicy implements EvictionPolicy {

  private final AdapterHistory<Entry> history = new AdapterHistory<>(Entry::new);
  private final LoadTimes loadTimes = new LoadTimes();
  private double clock;

  @Override
  public String name() {
    return EvictionKind.GDSF.propertyName();
  }

  @Override
  public void requested(String adapter, long nowNanos) {
    Entry entry = history.asked(adapter);
    entry.frequency++;
    rescore(entry);
  }

  @Override
  public void loaded(EvictionCandidate candidate, long loadNanos, long nowNanos) {
    loadTimes.loaded(candidate, loadNanos);
    Entry entry = history.loaded(candidate.adapter());
    entry.costPerSize =
        StallPerBytePolicy.millisPerMebibyte(
            loadTimes.expectedNanos(candidate.adapter(), candidate.bytes()), candidate.bytes());
    rescore(entry);
  }

  @Override
  public void evicted(String adapter, long nowNanos) {
    Entry entry = history.find(adapter);
    if (entry != null) {
      entry.frequency = 0;
    }
    history.evicted(adapter);
  }

  @Override
  public double[] scores(List<EvictionCandidate> candidates, long nowNanos) {
    double[] scores = candidates.stream().mapToDouble(this::score).toArray();
    clock = Math.max(clock, Arrays.stream(scores).min().orElse(clock));
    return scores;
  }

  private double score(EvictionCandidate candidate) {
    Entry entry = history.find(candidate.adapter());
    return entry == null ? 0 : entry.score;
  }

  private void rescore(Entry entry) {
    entry.score = clock + entry.frequency * entry.costPerSize;
  }

  /** What is remembered of an adapter. */
  private static final class Entry {
    private long frequency;
    private double costPerSize;
    private double score;
  }
}
