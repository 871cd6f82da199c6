package io.chameleon.adapter.eviction;

import java.util.List;

/**
 * Who should leave.
 *
 * @param victims in the order in which they leave; empty if enough is free already
 * @param sufficient whether they free what is missing. If not, they are all candidates, and it is
 *     the caller's to say whether evicting them would be in vain
 * @param decision the record of it, for the {@link EvictionLog} once they are evicted
 */
public record VictimChoice(
    List<EvictionCandidate> victims, boolean sufficient, EvictionDecision decision) {

  public VictimChoice {
    victims = List.copyOf(victims);
  }
}
