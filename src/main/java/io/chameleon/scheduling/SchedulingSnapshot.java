package io.chameleon.scheduling;

import io.chameleon.admission.SizeClass;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The size classes as they were after a pass.
 *
 * @param classes smallest first
 * @param counts what the policy has done, by name
 */
public record SchedulingSnapshot(List<ClassState> classes, Map<String, Long> counts) {

  /** Before there is a scheduler. */
  public static final SchedulingSnapshot EMPTY = new SchedulingSnapshot(List.of(), Map.of());

  public SchedulingSnapshot {
    classes = List.copyOf(classes);
    counts = Map.copyOf(counts);
  }

  /**
   * One class.
   *
   * @param waiting requests of it in its queue
   * @param waitingTokens their estimated size, in tokens
   * @param quota what it may hold, or null if the policy has no quotas
   */
  public record ClassState(
      SizeClass sizeClass, int waiting, long waitingTokens, @Nullable ClassQuota quota) {}

  /** Requests that wait in a class; NaN if there is no such class. */
  public double waiting(int sizeClass) {
    return sizeClass < classes.size() ? classes.get(sizeClass).waiting() : Double.NaN;
  }
}
