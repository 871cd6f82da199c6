package io.chameleon.scheduling.adaptive;

import io.chameleon.scheduling.BatchShape;
import io.chameleon.scheduling.FairnessProperties;
import io.chameleon.scheduling.SchedulerWorld;
import io.chameleon.scheduling.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A step takes 2 ms, 0.5 ms for each token of prefill and 0.1 ms for each row of decode. */
final class AdaptiveWorld extends SchedulerWorld {

  final AdaptivePolicy policy;

  /** Those that have started in the last step for the first time. */
  final List<Sequence> startedLast = new ArrayList<>();

  /** All that have started, in the order in which they did. */
  final List<Sequence> order = new ArrayList<>();

  private final Set<Sequence> started = new HashSet<>();

  AdaptiveWorld(int capacity, AdaptivePolicyProperties properties) {
    this(capacity, new AdaptivePolicy(properties, FairnessProperties.DEFAULT));
  }

  private AdaptiveWorld(int capacity, AdaptivePolicy policy) {
    super(capacity, policy);
    this.policy = policy;
  }

  @Override
  protected Duration stepTime(BatchShape shape) {
    int prefill = shape.tokens() - shape.decodeRows();
    return Duration.ofNanos(2_000_000 + 500_000L * prefill + 100_000L * shape.decodeRows());
  }

  @Override
  protected void scheduled(List<Sequence> sequences) {
    startedLast.clear();
    sequences.stream().filter(started::add).forEach(startedLast::add);
    order.addAll(startedLast);
  }
}
