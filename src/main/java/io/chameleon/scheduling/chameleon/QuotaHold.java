package io.chameleon.scheduling.chameleon;

import org.jspecify.annotations.Nullable;

/** The tokens that a running request holds, and whose they are; made by {@link QuotaLedger}. */
final class QuotaHold {

  /** Where the ledger keeps it; -1 once it is given back. */
  int index;

  private int queue;
  private long own;
  private long excess;
  private long overrun;

  /** What each class has lent it; null if nothing was lent. */
  private long @Nullable [] lent;

  private QuotaHold(int queue) {
    this.queue = queue;
  }

  /** Tokens of its own class, so many of which its quota does not have. */
  static QuotaHold ofOwn(int queue, long tokens, long excess) {
    var hold = new QuotaHold(queue);
    hold.own = tokens;
    hold.excess = excess;
    return hold;
  }

  /** Tokens that other classes have lent. */
  static QuotaHold ofLent(int queue, long[] lent) {
    var hold = new QuotaHold(queue);
    hold.lent = lent;
    return hold;
  }

  /** The class of the request. */
  int queue() {
    return queue;
  }

  /** Tokens held in all, those past the prediction too. */
  long tokens() {
    return own + lentTokens();
  }

  /** Tokens of its own class's quota. */
  long own() {
    return own;
  }

  /** Tokens of a lone request beyond the quota of its class. */
  long excess() {
    return excess;
  }

  /** Tokens past the prediction. */
  long overrun() {
    return overrun;
  }

  /** Tokens that this class has lent it. */
  long lentBy(int lender) {
    return lent == null || lender >= lent.length ? 0 : lent[lender];
  }

  void addOverrun(long tokens) {
    own += tokens;
    overrun += tokens;
  }

  /** It is of this class now, of so many; a loan by its own class is none. */
  void moveTo(int newQueue, int classes) {
    queue = newQueue;
    if (lent == null) {
      return;
    }
    long[] moved = new long[classes];
    for (int lender = 0; lender < lent.length; lender++) {
      int target = Math.min(lender, classes - 1);
      if (target == queue) {
        own += lent[lender];
      } else {
        moved[target] += lent[lender];
      }
    }
    lent = moved;
  }

  private long lentTokens() {
    long sum = 0;
    if (lent != null) {
      for (long tokens : lent) {
        sum += tokens;
      }
    }
    return sum;
  }
}
