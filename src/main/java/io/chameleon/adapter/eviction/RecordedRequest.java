package io.chameleon.adapter.eviction;

/**
 * A request for an adapter, as it was recorded.
 *
 * @param atNanos when, on a monotonic clock
 * @param adapter its content hash
 * @param rank the largest rank of any module, at least 1
 * @param bytes device memory that it takes, at least 1
 * @param loadNanos what its load costs, measured or expected; 0 or more
 */
public record RecordedRequest(long atNanos, String adapter, int rank, long bytes, long loadNanos) {

  public RecordedRequest {
    if (rank < 1 || bytes < 1 || loadNanos < 0) {
      throw new IllegalArgumentException(
          "adapter %s has rank %d, %d bytes and loads in %d ns; they must be at least 1, 1 and 0"
              .formatted(adapter, rank, bytes, loadNanos));
    }
  }

  /** The adapter as one that could give way. */
  EvictionCandidate candidate() {
    return new EvictionCandidate(adapter, rank, bytes);
  }
}
