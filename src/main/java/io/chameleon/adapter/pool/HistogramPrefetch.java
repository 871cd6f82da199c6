package io.chameleon.adapter.pool;

import io.chameleon.adapter.catalogue.AdapterVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Guesses from each adapter's idle times when its next request comes, so that it can be loaded
 * before. Adapters are known by their names: an adapter that is replaced keeps its habits. Bounded;
 * who was asked for longest ago is forgotten. For the engine thread alone.
 */
final class HistogramPrefetch {

  private static final int MOST_ADAPTERS = 10_000;

  /** What is known of a name. */
  private static final class Habit {

    private final IdleTimes idleTimes;
    private int running;
    private long idleSince;
    private boolean hasRun;

    Habit(IdleTimes idleTimes) {
      this.idleTimes = idleTimes;
    }
  }

  private final PrefetchProperties settings;
  private final Map<String, Habit> habits =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Habit> eldest) {
          return size() > MOST_ADAPTERS;
        }
      };

  HistogramPrefetch(PrefetchProperties settings) {
    this.settings = settings;
  }

  /** A request has come. */
  void requested(AdapterVersion version, long nowNanos) {
    Habit habit =
        habits.computeIfAbsent(
            version.name(),
            name -> new Habit(new IdleTimes(settings.bin().toNanos(), settings.bins())));
    if (habit.running == 0 && habit.hasRun) {
      habit.idleTimes.add(nowNanos - habit.idleSince);
    }
    habit.running++;
  }

  /** A request has ended, in whatever way. */
  void ended(AdapterVersion version, long nowNanos) {
    Habit habit = habits.get(version.name());
    if (habit != null && habit.running > 0) {
      habit.running--;
      habit.hasRun = true;
      habit.idleSince = nowNanos;
    }
  }

  /** Names that are likely to be asked for now. */
  List<String> expected(long nowNanos) {
    List<String> expected = new ArrayList<>();
    habits.forEach((name, habit) -> {
      if (habit.running == 0
          && habit.hasRun
          && habit.idleTimes.expects(nowNanos - habit.idleSince)) {
        expected.add(name);
      }
    });
    return expected;
  }
}
