package io.chameleon.scheduling;

import java.util.List;
import java.util.Map;

/**
 * What a policy says of itself to those who watch.
 *
 * @param quotas of its size classes, smallest first; empty if it has none
 * @param counts what it has done since it was made, by name; never goes down
 */
public record PolicyView(List<ClassQuota> quotas, Map<String, Long> counts) {

  /** Of a policy that has nothing to say. */
  public static final PolicyView NONE = new PolicyView(List.of(), Map.of());

  public PolicyView {
    quotas = List.copyOf(quotas);
    counts = Map.copyOf(counts);
  }
}
