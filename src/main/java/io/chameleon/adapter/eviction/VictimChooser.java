package io.chameleon.adapter.eviction;

import io.chameleon.adapter.eviction.EvictionDecision.Considered;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Chooses who leaves: the lowest scores first, adapters that a queued request wants only after all
 * others (Chameleon, MICRO'25), and exactly as many as needed: without any one of them the room
 * would not do. For one thread at a time.
 */
public final class VictimChooser {

  private final EvictionPolicy policy;

  /** Chooses by the scores of this policy. */
  public VictimChooser(EvictionPolicy policy) {
    this.policy = policy;
  }

  /**
   * Chooses who leaves. Equal scores leave in the order given, so give candidates in an order that
   * depends on nothing else, such as that of their hashes.
   *
   * @param idle idle residents that no queued request wants
   * @param wanted idle residents that a queued request wants
   */
  public VictimChoice choose(
      EvictionNeed need,
      List<EvictionCandidate> idle,
      List<EvictionCandidate> wanted,
      long nowNanos) {
    List<Ranked> ranked = rank(idle, wanted, nowNanos);
    boolean sufficient = mark(ranked, need.missingBytes());
    return new VictimChoice(
        ranked.stream().filter(one -> one.evicted).map(one -> one.candidate).toList(),
        sufficient,
        new EvictionDecision(
            nowNanos,
            need.reason(),
            policy.name(),
            need.bytesNeeded(),
            need.bytesFree(),
            considered(ranked),
            ranked.size()));
  }

  /** All candidates in the order in which they would leave. */
  private List<Ranked> rank(
      List<EvictionCandidate> idle, List<EvictionCandidate> wanted, long nowNanos) {
    List<EvictionCandidate> all = new ArrayList<>(idle);
    all.addAll(wanted);
    double[] scores = policy.scores(all, nowNanos);
    List<Ranked> ranked = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      ProtectionGroup group = i < idle.size() ? ProtectionGroup.IDLE : ProtectionGroup.WANTED;
      ranked.add(new Ranked(all.get(i), group, scores[i]));
    }
    Collections.sort(ranked);
    return ranked;
  }

  /** Marks who is evicted; false if all of them do not free as much as is missing. */
  private static boolean mark(List<Ranked> ranked, long missingBytes) {
    long freed = 0;
    int chosen = 0;
    while (freed < missingBytes && chosen < ranked.size()) {
      Ranked next = ranked.get(chosen++);
      next.evicted = true;
      freed += next.candidate.bytes();
    }
    spareNeedless(ranked.subList(0, chosen), freed - missingBytes);
    return freed >= missingBytes;
  }

  /** The last one is large, perhaps, so that some before it need not leave: the best stay. */
  private static void spareNeedless(List<Ranked> victims, long surplusBytes) {
    long surplus = surplusBytes;
    for (Ranked victim : victims.reversed()) {
      if (victim.candidate.bytes() <= surplus) {
        victim.evicted = false;
        surplus -= victim.candidate.bytes();
      }
    }
  }

  /** All who are evicted, and of the others only so many that the record stays short. */
  private static List<Considered> considered(List<Ranked> ranked) {
    long others =
        EvictionDecision.MOST_CANDIDATES - ranked.stream().filter(one -> one.evicted).count();
    List<Considered> kept = new ArrayList<>();
    for (Ranked one : ranked) {
      if (one.evicted || others-- > 0) {
        kept.add(new Considered(one.candidate, one.group, one.score, one.evicted));
      }
    }
    return kept;
  }

  /** A candidate, what it is worth, and what becomes of it; in the order of leaving. */
  private static final class Ranked implements Comparable<Ranked> {
    private final EvictionCandidate candidate;
    private final ProtectionGroup group;
    private final double score;
    private boolean evicted;

    Ranked(EvictionCandidate candidate, ProtectionGroup group, double score) {
      this.candidate = candidate;
      this.group = group;
      this.score = score;
    }

    @Override
    public int compareTo(Ranked other) {
      int byGroup = group.compareTo(other.group);
      return byGroup == 0 ? Double.compare(score, other.score) : byGroup;
    }
  }
}
