package io.chameleon.scheduling.chameleon;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;

/**
 * The tokens in flight of each size class, and of whose quota they are (paper, sections 4.3.3 and
 * 4.3.4). Who starts with tokens that others have lent gives them back to these lenders at its end.
 *
 * <p>What is held of a quota never exceeds it, save for three things, the first two counted apart:
 * a request larger than its whole quota starts when its class is idle, alone ({@link
 * ClassUsage#excess}); output goes past its prediction ({@link ClassUsage#overrun}); and a quota is
 * cut while requests run. For one thread.
 */
final class QuotaLedger {

  private final List<QuotaHold> holds = new ArrayList<>();
  private Account[] accounts;

  /**
   * A ledger of which nothing is held.
   *
   * @param quotas of the classes, smallest requests first, each 0 or more, at least one
   */
  QuotaLedger(long... quotas) {
    this.accounts = accounts(quotas);
  }

  /** How many classes. */
  int classes() {
    return accounts.length;
  }

  /** Requests that run. */
  int running() {
    return holds.size();
  }

  /** What is left of a class's quota; may be below 0. */
  long available(int queue) {
    return accounts[queue].available();
  }

  /** What has become of a class's quota. */
  ClassUsage usage(int queue) {
    return accounts[queue].usage();
  }

  /** Whether a request larger than the whole quota may start all the same: its class is idle. */
  boolean fitsAlone(int queue, long tokens) {
    Account account = accounts[queue];
    return tokens > account.quota && account.requests == 0 && account.lent == 0;
  }

  /**
   * Takes tokens of a request's own class.
   *
   * @param tokens 1 or more
   * @throws IllegalStateException if neither so many are left nor it {@link #fitsAlone}
   */
  QuotaHold hold(int queue, long tokens) {
    requirePositive(tokens);
    boolean alone = fitsAlone(queue, tokens);
    if (!alone && tokens > available(queue)) {
      throw new IllegalStateException(
          "%d tokens are asked of class %d, which has %d left"
              .formatted(tokens, queue, available(queue)));
    }
    long excess = alone ? tokens - accounts[queue].quota : 0;
    return keep(QuotaHold.ofOwn(queue, tokens, excess));
  }

  /**
   * Takes tokens that other classes lend. The paper does not say whose go first: here those of the
   * largest class, because what is lent comes back late, and small requests mind that most.
   *
   * @param tokens 1 or more
   * @param lendable what each class lends; what is taken is subtracted
   * @throws IllegalStateException if the others do not lend so many, or one lends more than it has
   */
  QuotaHold borrow(int queue, long tokens, long[] lendable) {
    requirePositive(tokens);
    requireLendable(queue, tokens, lendable);
    long[] lent = new long[accounts.length];
    long missing = tokens;
    for (int lender = accounts.length - 1; missing > 0; lender--) {
      if (lender != queue) {
        lent[lender] = Math.min(missing, lendable[lender]);
        lendable[lender] -= lent[lender];
        missing -= lent[lender];
      }
    }
    return keep(QuotaHold.ofLent(queue, lent));
  }

  /**
   * Counts output past the prediction against the class of the request.
   *
   * @param tokens 1 or more
   */
  void overrun(QuotaHold hold, long tokens) {
    requirePositive(tokens);
    requireHeld(hold);
    book(accounts, hold, -1);
    hold.addOverrun(tokens);
    book(accounts, hold, 1);
  }

  /** Gives the tokens of a request that has ended back to whom they are of; once. */
  void release(QuotaHold hold) {
    requireHeld(hold);
    book(accounts, hold, -1);
    QuotaHold last = holds.removeLast();
    if (last != hold) {
      last.index = hold.index;
      holds.set(last.index, last);
    }
    hold.index = -1;
  }

  /**
   * Changes quotas and how many classes there are. Running requests keep their classes, by index;
   * those of a class that is gone move to the last one.
   */
  void reconfigure(long... quotas) {
    reconfigure(hold -> Math.min(hold.queue(), quotas.length - 1), quotas);
  }

  /**
   * Changes quotas, how many classes there are, and which class each running request is of. It
   * keeps what it holds: what was its own class's is its new one's. Lenders stay who they are by
   * index, because classes have no other identity; what one that is gone has lent is the last
   * one's, and what the new class of the borrower has lent is its own.
   *
   * @param classOf of what is held, from 0 to the last of the quotas
   */
  void reconfigure(ToIntFunction<QuotaHold> classOf, long... quotas) {
    Account[] changed = accounts(quotas);
    int[] classes = holds.stream().mapToInt(classOf).toArray();
    for (int queue : classes) {
      Objects.checkIndex(queue, changed.length);
    }
    for (int i = 0; i < classes.length; i++) {
      holds.get(i).moveTo(classes[i], changed.length);
      book(changed, holds.get(i), 1);
    }
    accounts = changed;
  }

  /**
   * Adds everything up again.
   *
   * @throws IllegalStateException if that is not what was counted
   */
  void checkIntegrity() {
    Account[] expected = accounts(Arrays.stream(accounts).mapToLong(a -> a.quota).toArray());
    holds.forEach(hold -> book(expected, hold, 1));
    for (int i = 0; i < accounts.length; i++) {
      if (!accounts[i].usage().equals(expected[i].usage())) {
        throw new IllegalStateException(
            "class %d counts %s; its requests hold %s"
                .formatted(i, accounts[i].usage(), expected[i].usage()));
      }
    }
  }

  private QuotaHold keep(QuotaHold hold) {
    hold.index = holds.size();
    holds.add(hold);
    book(accounts, hold, 1);
    return hold;
  }

  /** Adds a hold to the accounts, or with the sign -1 subtracts it. */
  private static void book(Account[] accounts, QuotaHold hold, int sign) {
    Account own = accounts[hold.queue()];
    own.own += sign * hold.own();
    own.excess += sign * hold.excess();
    own.overrun += sign * hold.overrun();
    own.requests += sign;
    for (int lender = 0; lender < accounts.length; lender++) {
      long lent = sign * hold.lentBy(lender);
      accounts[lender].lent += lent;
      own.borrowed += lent;
    }
  }

  private void requireLendable(int queue, long tokens, long[] lendable) {
    long sum = 0;
    for (int lender = 0; lender < accounts.length; lender++) {
      long left = Math.max(0, available(lender));
      if (lendable[lender] < 0 || lendable[lender] > left) {
        throw new IllegalStateException(
            "class %d is to lend %d tokens; it has %d left"
                .formatted(lender, lendable[lender], left));
      }
      sum += lender == queue ? 0 : lendable[lender];
    }
    if (tokens > sum) {
      throw new IllegalStateException(
          "%d tokens are to be lent to class %d; the others lend %d".formatted(tokens, queue, sum));
    }
  }

  private void requireHeld(QuotaHold hold) {
    if (hold.index < 0 || hold.index >= holds.size() || holds.get(hold.index) != hold) {
      throw new IllegalStateException(
          "%d tokens of class %d are not held here".formatted(hold.tokens(), hold.queue()));
    }
  }

  private static void requirePositive(long tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException(
          "%d tokens are to be counted; there must be at least 1".formatted(tokens));
    }
  }

  private static Account[] accounts(long... quotas) {
    if (quotas.length == 0) {
      throw new IllegalArgumentException("there are 0 quotas; there must be at least 1");
    }
    return Arrays.stream(quotas).mapToObj(Account::new).toArray(Account[]::new);
  }

  /** A class's {@link ClassUsage}, as it changes. */
  private static final class Account {
    private final long quota;
    private long own;
    private long lent;
    private long borrowed;
    private long excess;
    private long overrun;
    private int requests;

    Account(long quota) {
      if (quota < 0) {
        throw new IllegalArgumentException(
            "a quota is %d tokens; it must be 0 or more".formatted(quota));
      }
      this.quota = quota;
    }

    long available() {
      return quota - own - lent;
    }

    ClassUsage usage() {
      return new ClassUsage(quota, own, lent, borrowed, excess, overrun, requests);
    }
  }
}
