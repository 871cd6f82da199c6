package io.chameleon.scheduling;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Waiting sequences that must have their first token by some time and have had none, by when they
 * must have started. For the engine thread alone.
 */
final class LatestStarts {

  /** Nobody waits that must ever have started. */
  static final long NEVER = Long.MAX_VALUE;

  private final TreeSet<Sequence> soonestFirst =
      new TreeSet<>(
          Comparator.comparingLong(Sequence::latestStart)
              .thenComparing(sequence -> sequence.request().id())
              .thenComparingInt(System::identityHashCode));

  /** One waits from now on; it is not noted if it may wait for ever. */
  void add(Sequence waiting, LeastPrefill prefill) {
    if (!waiting.limit().isNone() && waiting.generatedTokens() == 0) {
      waiting.setLatestStart(latestStart(waiting, prefill));
      soonestFirst.add(waiting);
    }
  }

  /** One waits no more, whether it was noted or not. */
  void remove(Sequence left) {
    if (!left.limit().isNone()) {
      soonestFirst.remove(left);
    }
  }

  /**
   * One for which it is too late, or null. By then prefills may have turned out to be faster than
   * they were when it came, so it is looked at again.
   */
  @Nullable Sequence late(LeastPrefill prefill, long nowNanos) {
    while (!soonestFirst.isEmpty() && soonestFirst.first().latestStart() <= nowNanos) {
      Sequence first = soonestFirst.first();
      long newest = latestStart(first, prefill);
      if (newest <= nowNanos) {
        return first;
      }
      soonestFirst.remove(first);
      first.setLatestStart(newest);
      soonestFirst.add(first);
    }
    return null;
  }

  /** When the next one must have started; {@link #NEVER} if there is none. */
  long next() {
    return soonestFirst.isEmpty() ? NEVER : soonestFirst.first().latestStart();
  }

  /** How many are noted. */
  int size() {
    return soonestFirst.size();
  }

  boolean contains(Sequence sequence) {
    return soonestFirst.contains(sequence);
  }

  private static long latestStart(Sequence sequence, LeastPrefill prefill) {
    long nanos =
        sequence.limit().latestStartNanos(prefill.nanos(sequence.request().promptTokens().length));
    long most = NEVER - Math.max(0, sequence.arrivalNanos());
    return sequence.arrivalNanos() + Math.min(nanos, most);
  }
}
