package io.chameleon.adapter.pool;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Loads adapters before they are needed, into cells that are free; nobody is evicted for it. Those
 * that queued requests want come first (as S-LoRA does); then those whose habits say that they will
 * be asked for soon. For the engine thread alone.
 */
final class Prefetcher {

  /** Who stands further behind is looked at when he comes nearer; a pass has to stay short. */
  private static final int QUEUE_DEPTH = 64;

  private final PrefetchProperties properties;
  private final boolean byPolicy;
  private final DeviceLoads loads;
  private final VersionUses uses;
  private final HistogramPrefetch habits;

  /** Held in host memory because they are expected, though nobody has asked. */
  private final Set<VersionUse> held = new LinkedHashSet<>();

  private long nextGuess = Long.MIN_VALUE;

  Prefetcher(PoolSupply supply, DeviceLoads loads, VersionUses uses) {
    this.properties = supply.prefetch();
    this.byPolicy = supply.habits().prefetchByPolicy();
    this.loads = loads;
    this.uses = uses;
    this.habits = new HistogramPrefetch(properties);
  }

  void requested(VersionUse use, long nowNanos) {
    if (properties.histogram()) {
      habits.requested(use.version(), nowNanos);
    }
  }

  void ended(VersionUse use, long nowNanos) {
    if (properties.histogram()) {
      habits.ended(use.version(), nowNanos);
    }
  }

  /** Whether what queued requests want is loaded before they can start. */
  void prefetchWanted(WaitingLeases waiting) {
    if (properties.queue() && !byPolicy) {
      waiting.forFirst(QUEUE_DEPTH, lease -> loads.prefetch(lease.use(), PrefetchKind.QUEUE));
    }
  }

  /**
   * Loads what is expected, once in a bin of time.
   *
   * @param find the version that a name stands for now, or null
   */
  void prefetchExpected(Function<String, @Nullable VersionUse> find, long nowNanos) {
    if (!properties.histogram() || nowNanos < nextGuess) {
      return;
    }
    nextGuess = nowNanos + properties.bin().toNanos() / 2;
    Set<VersionUse> expected = new LinkedHashSet<>();
    for (String name : habits.expected(nowNanos)) {
      VersionUse use = find.apply(name);
      if (use != null && loads.resident(use) == null) {
        expected.add(use);
      }
    }
    letGo(expected);
    expected.forEach(this::bring);
  }

  private void bring(VersionUse use) {
    loads.hold(use);
    held.add(use);
    loads.prefetch(use, PrefetchKind.HISTOGRAM);
  }

  /** What is resident by now, or not expected any more, is held no longer. */
  private void letGo(Set<VersionUse> expected) {
    List<VersionUse> past = new ArrayList<>(held);
    past.removeAll(expected);
    for (VersionUse use : past) {
      held.remove(use);
      if (use.open() == 0) {
        use.letGo();
        uses.forgetIfIdle(use);
      }
    }
  }
}
