package io.chameleon.adapter.eviction;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a policy remembers of each adapter: of residents always, of others as long as they are not
 * too many; then the one that was asked for, or evicted, longest ago is forgotten. For one thread.
 *
 * @param <S> what is remembered of one
 */
final class AdapterHistory<S> {

  /** Adapters that are remembered beside the residents. */
  static final int MOST_ABSENT = 10_000;

  private final Supplier<S> unknown;
  private final int mostAbsent;
  private final Map<String, S> residents = new HashMap<>();
  private final LinkedHashMap<String, S> absent = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * A history of nobody.
   *
   * @param unknown makes what is remembered of an adapter that is new
   */
  AdapterHistory(Supplier<S> unknown) {
    this(unknown, MOST_ABSENT);
  }

  AdapterHistory(Supplier<S> unknown, int mostAbsent) {
    this.unknown = unknown;
    this.mostAbsent = mostAbsent;
  }

  /** What is remembered of an adapter that has been asked for; made if there is nothing. */
  S asked(String adapter) {
    S known = find(adapter);
    return known == null ? remember(adapter) : known;
  }

  /** What is remembered, or null. */
  @Nullable S find(String adapter) {
    S resident = residents.get(adapter);
    return resident == null ? absent.get(adapter) : resident;
  }

  /** Notes that the adapter is resident; what is remembered of it. */
  S loaded(String adapter) {
    S known = residents.get(adapter);
    if (known == null) {
      known = absent.remove(adapter);
      known = known == null ? unknown.get() : known;
      residents.put(adapter, known);
    }
    return known;
  }

  /** Notes that the adapter is resident no longer. */
  void evicted(String adapter) {
    S known = residents.remove(adapter);
    if (known != null) {
      absent.put(adapter, known);
      forgetOldest();
    }
  }

  /** What is remembered of the residents, in no order. */
  Collection<S> residents() {
    return residents.values();
  }

  /** How many adapters are remembered. */
  int size() {
    return residents.size() + absent.size();
  }

  private S remember(String adapter) {
    S made = unknown.get();
    absent.put(adapter, made);
    forgetOldest();
    return made;
  }

  private void forgetOldest() {
    if (absent.size() > mostAbsent) {
      absent.pollFirstEntry();
    }
  }
}
