package io.chameleon.admission.prediction;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the outputs of each adapter, for so many adapters; the one that has gone longest
 * without an output is forgotten for another. Written by one thread, read by any.
 */
final class AdapterLengths {

  /** What is known of one adapter. */
  record Lengths(LengthCounts counts, SurvivalCurve curve) {}

  private final int most;

  private final Map<String, Lengths> known = new ConcurrentHashMap<>();

  /** The names of {@link #known}, in the order of their last outputs; the writer's own. */
  private final LinkedHashMap<String, String> order = new LinkedHashMap<>(16, 0.75f, true);

  AdapterLengths(int most) {
    this.most = most;
  }

  /** What is known of an adapter, or null for nothing. */
  @Nullable Lengths find(String adapter) {
    return known.get(adapter);
  }

  /** This is now known of an adapter. */
  void put(String adapter, Lengths lengths) {
    known.put(adapter, lengths);
    order.put(adapter, adapter);
    if (order.size() > most) {
      known.remove(order.pollFirstEntry().getKey());
    }
  }

  /** Adapters that are remembered. */
  int size() {
    return known.size();
  }
}
