package io.chameleon.adapter.eviction;

/**
 * An idle resident adapter that could give way.
 *
 * @param adapter its content hash
 * @param rank the largest rank of any module
 * @param bytes device memory that it would free
 */
public record EvictionCandidate(String adapter, int rank, long bytes) {}
