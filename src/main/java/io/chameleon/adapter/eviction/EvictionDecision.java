package io.chameleon.adapter.eviction;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who left device memory, why, and who else might have.
 *
 * @param atNanos when, on the engine's monotonic clock
 * @param reason why room was needed, or why the adapter had to go
 * @param policy name of the policy
 * @param bytesNeeded memory that was needed
 * @param bytesFree how much of it was free before
 * @param candidates who was considered, first those who would leave first: all who were evicted,
 *     and of the others only so many that there are {@value #MOST_CANDIDATES}
 * @param totalCandidates how many were considered
 */
public record EvictionDecision(
    long atNanos,
    EvictionReason reason,
    String policy,
    long bytesNeeded,
    long bytesFree,
    List<Considered> candidates,
    int totalCandidates) {

  /** Candidates that are kept, unless more were evicted. */
  public static final int MOST_CANDIDATES = 32;

  public EvictionDecision {
    candidates = List.copyOf(candidates);
  }

  /**
   * One who was considered.
   *
   * @param candidate who
   * @param group how it was protected
   * @param score what the policy said it was worth; null where no policy was asked
   * @param evicted whether it left
   */
  public record Considered(
      EvictionCandidate candidate,
      ProtectionGroup group,
      @Nullable Double score,
      boolean evicted) {}

  /**
   * An adapter that had to go, whatever it was worth.
   *
   * @param reason one of those that are not by score
   */
  public static EvictionDecision forced(
      EvictionReason reason, String policy, EvictionCandidate gone, long nowNanos) {
    if (reason.isByScore()) {
      throw new IllegalArgumentException("for reason " + reason + " a policy chooses");
    }
    var considered = new Considered(gone, ProtectionGroup.IDLE, null, true);
    return new EvictionDecision(nowNanos, reason, policy, 0, 0, List.of(considered), 1);
  }
}
