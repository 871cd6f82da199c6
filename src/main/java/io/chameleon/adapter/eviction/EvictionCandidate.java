package io.chameleon.adapter.eviction;

/**
 * An idle resident adapter that could give way.
 *
 * @param adapter its content hash
 * @param rank the largest rank of any module, at least 1
 * @param bytes device memory that it would free, at least 1
 */
public record EvictionCandidate(String adapter, int rank, long bytes) {

  public EvictionCandidate {
    if (rank < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "adapter %s has rank %d and %d bytes; both must be at least 1"
              .formatted(adapter, rank, bytes));
    }
  }
}
