package io.chameleon.scheduling.chameleon;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forms a batch in two phases (the paper's Algorithm 1): first each class, from the smallest
 * requests to the largest, starts what its own quota allows; then what classes without waiting
 * requests have left is lent to the others, in the same order. In each class the first request that
 * does not fit stops those behind it, and its class keeps its remainder, which is what lets a large
 * one start at all.
 *
 * <p>A request whose adapter is being loaded is passed over, and keeps its claim on the tokens it
 * will need. A class whose head finds no memory starts nothing more in this pass, save one request
 * that may {@linkplain BatchStarts#bypass pass it}, and lends nothing. For one thread; a pass makes
 * one object for each request that starts.
 *
 * @param <R> a request that waits
 */
final class TwoPhaseBatch<R> {

  /** Whose tokens are given out. */
  private enum Phase {
    OWN,
    LENT
  }

  private final QuotaLedger ledger;

  /** Tokens of each class that requests whose adapters are being loaded will need. */
  private long[] claimed = new long[0];

  /** What each class lends. */
  private long[] lendable = new long[0];

  /** Sum of what is lendable, less what requests being loaded will need of it. */
  private long spare;

  /** Classes to which nothing is lent: they lend themselves, or their heads found no memory. */
  private boolean[] closed = new boolean[0];

  /**
   * A batch former over these quotas.
   *
   * @param ledger which it takes tokens from; requests that end are released there by others
   */
  TwoPhaseBatch(QuotaLedger ledger) {
    this.ledger = ledger;
  }

  /**
   * Starts whom the quotas allow to start.
   *
   * @param lines the queues of the ledger's classes, smallest requests first
   * @param starts starts them
   * @throws IllegalStateException if a request has started or was refused and still waits
   */
  void form(List<? extends WaitingLine<R>> lines, BatchStarts<R> starts) {
    begin(lines.size());
    for (int queue = 0; queue < lines.size(); queue++) {
      WaitingLine<R> line = lines.get(queue);
      line.rewind();
      if (!take(queue, Phase.OWN, line, starts)) {
        return;
      }
      if (line.peek() == null) {
        lendable[queue] = Math.max(0, ledger.available(queue) - claimed[queue]);
        spare += lendable[queue];
        closed[queue] = true;
      }
    }
    boolean goesOn = true;
    for (int queue = 0; goesOn && spare > 0 && queue < lines.size(); queue++) {
      goesOn = closed[queue] || take(queue, Phase.LENT, lines.get(queue), starts);
    }
  }

  private void begin(int lines) {
    if (lines != ledger.classes()) {
      throw new IllegalArgumentException(
          "there are %d queues; there must be one for each of %d classes"
              .formatted(lines, ledger.classes()));
    }
    if (claimed.length != lines) {
      claimed = new long[lines];
      lendable = new long[lines];
      closed = new boolean[lines];
    }
    Arrays.fill(claimed, 0);
    Arrays.fill(lendable, 0);
    Arrays.fill(closed, false);
    spare = 0;
  }

  /** Starts requests of a class up to the first that does not fit; false if the batch is full. */
  private boolean take(int queue, Phase phase, WaitingLine<R> line, BatchStarts<R> starts) {
    for (R next = line.peek(); next != null; next = line.peek()) {
      long need = starts.need(next);
      if (!fits(queue, phase, need)) {
        return true;
      }
      switch (starts.start(next)) {
        case STARTED -> starts.started(next, charge(queue, phase, need));
        case LOADING -> {
          claim(queue, phase, need);
          line.skip();
        }
        case REFUSED -> {}
        case NO_ROOM -> {
          closed[queue] = true;
          return phase == Phase.LENT || startBypass(queue, next, starts);
        }
        case FULL -> {
          return false;
        }
      }
      requirePassed(next, line.peek());
    }
    return true;
  }

  private boolean fits(int queue, Phase phase, long need) {
    return switch (phase) {
      case LENT -> need <= spare;
      case OWN ->
          need <= ledger.available(queue) - claimed[queue]
              || (claimed[queue] == 0 && ledger.fitsAlone(queue, need));
    };
  }

  private QuotaHold charge(int queue, Phase phase, long need) {
    return switch (phase) {
      case OWN -> ledger.hold(queue, need);
      case LENT -> {
        spare -= need;
        yield ledger.borrow(queue, need, lendable);
      }
    };
  }

  private void claim(int queue, Phase phase, long need) {
    switch (phase) {
      case OWN -> claimed[queue] += need;
      case LENT -> spare -= need;
    }
  }

  /** Starts one that may pass a head without memory; false if the batch is full. */
  private boolean startBypass(int queue, R head, BatchStarts<R> starts) {
    long tokens = ledger.available(queue) - claimed[queue];
    R younger = tokens > 0 ? starts.bypass(head, tokens) : null;
    long need = younger == null ? 0 : starts.need(younger);
    if (younger == null || need > tokens) {
      return true;
    }
    StartAttempt outcome = starts.start(younger);
    if (outcome == StartAttempt.STARTED) {
      starts.started(younger, ledger.hold(queue, need));
    }
    return outcome != StartAttempt.FULL;
  }

  // Whether it is the very same; another may well be equal.
  @SuppressWarnings("ReferenceEquality")
  private static void requirePassed(Object taken, @Nullable Object next) {
    if (taken == next) {
      throw new IllegalStateException("%s was taken and still waits".formatted(taken));
    }
  }
}
