package io.chameleon.scheduling;

import io.chameleon.admission.SizeClass;
import io.chameleon.admission.SizeClassifier;
import java.util.Collection;
import java.util.List;

/**
 * What waits in each size class, and what has started of it, by the newest classes of the policy.
 * When those change, who waits is counted anew, and nothing has started of the new classes. For the
 * engine thread alone.
 */
public final class ClassLoads {

  private SizeClassifier classifier;

  private Account[] accounts;

  /** Nobody waits. */
  ClassLoads(SizeClassifier classifier) {
    this.classifier = classifier;
    this.accounts = accounts(classifier);
  }

  /** One class. */
  private static final class Account {
    private int waiting;
    private long waitingTokens;
    private long startedTokens;
  }

  /** The classes that are counted. */
  public SizeClassifier classifier() {
    return classifier;
  }

  /** The classes, smallest first. */
  public List<SizeClass> classes() {
    return classifier.classes();
  }

  /** Requests of a class that wait. */
  public int waiting(int sizeClass) {
    return accounts[sizeClass].waiting;
  }

  /** Their estimated size, in tokens. */
  public long waitingTokens(int sizeClass) {
    return accounts[sizeClass].waitingTokens;
  }

  /** Estimated size of all of a class that have started since the classes changed, in tokens. */
  public long startedTokens(int sizeClass) {
    return accounts[sizeClass].startedTokens;
  }

  void entered(Sequence sequence) {
    Account account = accountOf(sequence);
    account.waiting++;
    account.waitingTokens += sequence.size().tokens();
  }

  void left(Sequence sequence) {
    Account account = accountOf(sequence);
    account.waiting--;
    account.waitingTokens -= sequence.size().tokens();
  }

  void started(Sequence sequence) {
    accountOf(sequence).startedTokens += sequence.size().tokens();
  }

  /** Counts by these classes from now on; quick if they are those it counts by. */
  @SuppressWarnings("ReferenceEquality") // the very same never changes
  void follow(SizeClassifier newest, Collection<Sequence> waiting) {
    if (newest != classifier) {
      classifier = newest;
      accounts = accounts(newest);
      waiting.forEach(this::entered);
    }
  }

  /**
   * Counts again.
   *
   * @throws IllegalStateException if that is not what was counted
   */
  void checkIntegrity(Collection<Sequence> waiting) {
    ClassLoads expected = new ClassLoads(classifier);
    waiting.forEach(expected::entered);
    for (int i = 0; i < accounts.length; i++) {
      if (waiting(i) != expected.waiting(i) || waitingTokens(i) != expected.waitingTokens(i)) {
        throw new IllegalStateException(
            "class %d: %d wait with %d tokens by count, %d with %d by sequences"
                .formatted(
                    i,
                    waiting(i),
                    waitingTokens(i),
                    expected.waiting(i),
                    expected.waitingTokens(i)));
      }
    }
  }

  private Account accountOf(Sequence sequence) {
    return accounts[classifier.classify(sequence.size()).index()];
  }

  private static Account[] accounts(SizeClassifier classifier) {
    return classifier.classes().stream().map(c -> new Account()).toArray(Account[]::new);
  }
}
