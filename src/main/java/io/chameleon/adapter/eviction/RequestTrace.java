package io.chameleon.adapter.eviction;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The last requests for adapters, bounded, to be replayed by {@link PolicyReplay}. One thread
 * records, without allocating; any thread may take a snapshot, and neither waits.
 */
public final class RequestTrace {

  private final long[] times;
  private final String[] adapters;
  private final int[] ranks;
  private final long[] bytes;
  private final long[] loads;

  private final MeasuredStalls measured;

  private volatile long recorded;

  /**
   * An empty trace.
   *
   * @param capacity requests that are kept, at least 1; each takes 36 bytes or less
   */
  public RequestTrace(int capacity) {
    this(capacity, EvictionParameters.DEFAULT.tailTarget());
  }

  /**
   * An empty trace.
   *
   * @param target longer stalls are counted apart where they are measured
   */
  public RequestTrace(int capacity, Duration target) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "the trace's capacity is %d; it must be at least 1".formatted(capacity));
    }
    // With a slot more than is shown, for the one that is being written.
    int slots = capacity + 1;
    this.times = new long[slots];
    this.adapters = new String[slots];
    this.ranks = new int[slots];
    this.bytes = new long[slots];
    this.loads = new long[slots];
    this.measured = new MeasuredStalls(capacity, target);
  }

  /**
   * Records a request; with one more than the capacity the oldest is forgotten.
   *
   * @param nowNanos when, on a monotonic clock
   * @param adapter its content hash
   * @param rank the largest rank of any module, at least 1
   * @param deviceBytes device memory that it takes, at least 1
   * @param loadNanos what its load costs, measured or expected; 0 or more
   */
  public void record(long nowNanos, String adapter, int rank, long deviceBytes, long loadNanos) {
    long index = recorded;
    int slot = slot(index);
    // Keeps the writes below behind the last write of the counter, which readers rely on.
    VarHandle.storeStoreFence();
    times[slot] = nowNanos;
    adapters[slot] = adapter;
    ranks[slot] = rank;
    bytes[slot] = deviceBytes;
    loads[slot] = loadNanos;
    recorded = index + 1;
  }

  /** How these requests really fared. */
  public MeasuredStalls measured() {
    return measured;
  }

  /** Requests that were ever recorded. */
  public long total() {
    return recorded;
  }

  /** The requests that are kept, oldest first. */
  public List<RecordedRequest> snapshot() {
    long end = recorded;
    long start = Math.max(0, end - times.length + 1);
    List<RecordedRequest> found = new ArrayList<>((int) (end - start));
    for (long index = start; index < end; index++) {
      found.add(read(slot(index)));
    }
    VarHandle.acquireFence();
    // Where the oldest stood, newer ones may have been written meanwhile.
    long whole = Math.max(start, recorded - times.length + 1);
    return List.copyOf(found.subList((int) Math.min(whole - start, found.size()), found.size()));
  }

  private RecordedRequest read(int slot) {
    return new RecordedRequest(times[slot], adapters[slot], ranks[slot], bytes[slot], loads[slot]);
  }

  private int slot(long index) {
    return (int) (index % times.length);
  }
}
