package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.scheduling.BatchAdmission;
import io.chameleon.scheduling.ScheduledBatch;
import io.chameleon.scheduling.SchedulingPolicy;
import io.chameleon.scheduling.Sequence;
import java.util.Arrays;
import java.util.Collection;

/**
 * The policy, held to its quotas: after each of its moves no class has more tokens in flight than
 * its quota and what is lent to it, save what is counted apart, lone requests larger than the quota
 * and tokens past a prediction, and what was in flight when the quotas last changed.
 */
final class QuotaBound implements SchedulingPolicy {

  private final ChameleonPolicy policy;

  private long refreshes = -1;

  /** What of each quota was held when it last changed, less what has ended since. */
  private long[] heldAtChange = new long[0];

  private long excess;

  private long overrun;

  private long borrowed;

  QuotaBound(ChameleonPolicy policy) {
    this.policy = policy;
  }

  ChameleonPolicy policy() {
    return policy;
  }

  /** Most tokens that lone requests have had beyond their quotas. */
  long excess() {
    return excess;
  }

  /** Most tokens that were past predictions. */
  long overrun() {
    return overrun;
  }

  /** Most tokens that were lent. */
  long borrowed() {
    return borrowed;
  }

  @Override
  public void enqueue(Sequence arrived) {
    policy.enqueue(arrived);
  }

  @Override
  public void requeue(Sequence stopped) {
    policy.requeue(stopped);
  }

  @Override
  public void remove(Sequence waiting) {
    policy.remove(waiting);
  }

  @Override
  public Collection<Sequence> waiting() {
    return policy.waiting();
  }

  @Override
  public void reconsider(BatchAdmission batch) {
    policy.reconsider(batch);
    check();
  }

  @Override
  public void admit(BatchAdmission batch) {
    policy.admit(batch);
    check();
  }

  @Override
  public void stopped(Sequence sequence) {
    policy.stopped(sequence);
    check();
  }

  @Override
  public void stepped(ScheduledBatch step, long nanos) {
    policy.stepped(step, nanos);
    check();
  }

  private void check() {
    if (policy.counts().refreshes() != refreshes || policy.classes() != heldAtChange.length) {
      refreshes = policy.counts().refreshes();
      heldAtChange = new long[policy.classes()];
      Arrays.setAll(heldAtChange, this::held);
    }
    for (int queue = 0; queue < heldAtChange.length; queue++) {
      ClassUsage usage = policy.usage(queue);
      heldAtChange[queue] = Math.min(heldAtChange[queue], held(queue));
      long allowed = Math.max(usage.quota(), heldAtChange[queue]);
      assertThat(held(queue)).as("class %d: %s", queue, usage).isLessThanOrEqualTo(allowed);
      assertThat(usage.inFlight())
          .as("class %d: %s", queue, usage)
          .isLessThanOrEqualTo(allowed + usage.borrowed() + usage.excess() + usage.overrun());
      excess = Math.max(excess, usage.excess());
      overrun = Math.max(overrun, usage.overrun());
      borrowed = Math.max(borrowed, usage.borrowed());
    }
  }

  /** What of a quota is held, without what is counted apart. */
  private long held(int queue) {
    ClassUsage usage = policy.usage(queue);
    return usage.own() + usage.lent() - usage.excess() - usage.overrun();
  }
}
