package io.chameleon.adapter.eviction;

import java.time.Duration;
import java.util.List;

/** Makes policies and feeds them, in milliseconds of load and MiB. */
final class Policies {

  static final long MEBIBYTE = 1L << 20;

  private Policies() {}

  static EvictionPolicy create(EvictionKind kind) {
    return kind.create(EvictionParameters.DEFAULT);
  }

  static EvictionCandidate adapter(String name, int rank, long mebibytes) {
    return new EvictionCandidate(name, rank, mebibytes * MEBIBYTE);
  }

  static void load(EvictionPolicy policy, EvictionCandidate adapter, long millis, Duration at) {
    policy.loaded(adapter, Duration.ofMillis(millis).toNanos(), at.toNanos());
  }

  static double score(EvictionPolicy policy, EvictionCandidate adapter, Duration at) {
    return policy.scores(List.of(adapter), at.toNanos())[0];
  }
}
