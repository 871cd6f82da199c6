package io.chameleon.scheduling.chameleon;

import io.chameleon.scheduling.BatchShape;
import io.chameleon.scheduling.FairnessProperties;
import io.chameleon.scheduling.SchedulerWorld;
import io.chameleon.scheduling.Sequence;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Every step takes 10 ms, and the quotas are checked with it. */
final class PolicyWorld extends SchedulerWorld {

  static final Duration STEP = Duration.ofMillis(10);

  final ChameleonPolicy policy;

  final QuotaBound bound;

  /** A world of so many cells, with some properties of the policy set. */
  PolicyWorld(int capacity, Map<String, Object> properties) {
    this(
        capacity,
        new QuotaBound(new ChameleonPolicy(bind(properties), FairnessProperties.DEFAULT)));
  }

  private PolicyWorld(int capacity, QuotaBound bound) {
    super(capacity, bound);
    this.bound = bound;
    this.policy = bound.policy();
  }

  private static ChameleonPolicyProperties bind(Map<String, Object> properties) {
    Map<String, Object> named = new HashMap<>();
    properties.forEach((key, value) -> named.put("chameleon.scheduling.chameleon." + key, value));
    return new Binder(new MapConfigurationPropertySource(named))
        .bindOrCreate("chameleon.scheduling.chameleon", ChameleonPolicyProperties.class);
  }

  @Override
  protected Duration stepTime(BatchShape shape) {
    return STEP;
  }

  @Override
  public void check() {
    super.check();
    policy.checkIntegrity(scheduler.snapshot().running());
  }

  boolean runs(Sequence sequence) {
    return sequence.heldCells() > 0;
  }

  List<Integer> tokens(Sequence sequence) {
    return outputs.get(sequence).tokens;
  }
}
