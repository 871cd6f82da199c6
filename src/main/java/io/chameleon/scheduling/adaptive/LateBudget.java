package io.chameleon.scheduling.adaptive;

/**
 * Who may be late. An objective for a percentile lets some requests miss it; those are to be the
 * ones whose service takes longest, because everybody else waits for them. They are told by a
 * quantile of service times, and their share follows what is measured: it grows while too few
 * requests of all are late, and shrinks at once when more are than may be, so that nobody is
 * postponed where that does not help. Times in milliseconds. For one thread.
 */
final class LateBudget {

  private static final int WINDOW = 1000;

  private static final int LEAST = 200;

  private static final int REFRESH = 100;

  /** Requests in time after which the share is what it may be at most, from nothing. */
  private static final double RECOVERY = 500;

  private final double objective;

  private final double lateShare;

  private final double mostShare;

  private final RecentSamples services = new RecentSamples(WINDOW);

  private double share;

  private double longOnes = Double.POSITIVE_INFINITY;

  /**
   * Nobody is postponed until service times have been seen.
   *
   * @param objective time to first token beyond which a request is late
   * @param lateShare share of requests that may be late
   * @param mostShare most that are postponed, as a share of all; 0 for none
   */
  LateBudget(double objective, double lateShare, double mostShare) {
    this.objective = objective;
    this.lateShare = lateShare;
    this.mostShare = mostShare;
    this.share = mostShare;
  }

  /** Learns how long the service of a request will take. */
  void arrived(double service) {
    services.add(service);
    if (services.added() >= LEAST && services.added() % REFRESH == 0) {
      double[] sorted = services.sorted();
      int most = sorted.length - 1;
      longOnes = share == 0 ? Double.POSITIVE_INFINITY : sorted[(int) ((1 - share) * most)];
    }
  }

  /** Learns how long somebody has waited for a first token. */
  void firstToken(double ttft) {
    double step = mostShare / RECOVERY;
    // In balance where so many are late as may be.
    double change = ttft > objective ? -step * (1 - lateShare) / lateShare : step;
    share = Math.clamp(share + change, 0, mostShare);
  }

  /** Whether a request of this service time is to be postponed. */
  boolean postpones(double service) {
    return share > 0 && service > longOnes;
  }

  /** The share of requests that are postponed now. */
  double share() {
    return share;
  }
}
