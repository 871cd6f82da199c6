package io.chameleon.scheduling.adaptive;

import io.chameleon.scheduling.Sequence;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which adapters running sequences use. For one thread. */
final class RunningAdapters {

  private final Set<Sequence> running = new HashSet<>();

  private final Map<String, Use> uses = new HashMap<>();

  private int counts;

  void started(Sequence sequence) {
    running.add(sequence);
    String adapter = sequence.request().adapter();
    if (adapter != null) {
      uses.computeIfAbsent(adapter, name -> new Use()).users++;
    }
  }

  /** One that never started, by a fault, is none of the running. */
  void stopped(Sequence sequence) {
    String adapter = sequence.request().adapter();
    if (running.remove(sequence) && adapter != null) {
      uses.computeIfPresent(adapter, (name, use) -> --use.users == 0 ? null : use);
    }
  }

  /** Whether a running sequence uses the adapter of this one, so that it takes no more memory. */
  boolean sharesAdapter(Sequence waiting) {
    String adapter = waiting.request().adapter();
    return adapter == null || uses.containsKey(adapter);
  }

  /** Begins to tell adapters apart. */
  void beginCount() {
    counts++;
  }

  /**
   * Whether this sequence's adapter is asked about for the first time in this count. That of one
   * which has ended in its last step is new, whoever else has.
   */
  boolean isNewInCount(Sequence sequence) {
    String adapter = sequence.request().adapter();
    if (adapter == null) {
      return false;
    }
    Use use = uses.get(adapter);
    boolean isNew = use == null || use.countedIn != counts;
    if (use != null) {
      use.countedIn = counts;
    }
    return isNew;
  }

  /** How many sequences use an adapter. */
  private static final class Use {

    private int users;

    private int countedIn;
  }
}
