package io.chameleon.scheduling.chameleon;

import io.chameleon.scheduling.ClassQuota;

/**
 * What has become of a class's quota, all in tokens.
 *
 * @param quota what it may hold
 * @param own held by its running requests of this quota
 * @param lent held of this quota by requests of other classes
 * @param borrowed held by its running requests of other classes' quotas
 * @param excess the part of {@code own} by which lone requests were larger than the quota
 * @param overrun the part of {@code own} that is past predictions
 * @param requests how many of it run
 */
record ClassUsage(
    long quota, long own, long lent, long borrowed, long excess, long overrun, int requests) {

  /** The same, for those who watch. */
  ClassQuota view() {
    return new ClassQuota(quota, own, lent, borrowed, excess, overrun, requests);
  }

  /** What is left of the quota; below 0 after a lone large request, an overrun or a cut. */
  long available() {
    return quota - own - lent;
  }

  /** Tokens of its running requests, whoever they are of. */
  long inFlight() {
    return own + borrowed;
  }
}
