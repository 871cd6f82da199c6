package io.chameleon.scheduling;

/**
 * What has become of the quota of a size class, all in tokens.
 *
 * @param quota what its requests may hold
 * @param own held of it by running requests of the class
 * @param lent held of it by running requests of other classes
 * @param borrowed held by running requests of the class, of other classes' quotas
 * @param excess the part of {@code own} by which lone requests were larger than the quota
 * @param overrun the part of {@code own} that is past predictions
 * @param running how many requests of the class run
 */
public record ClassQuota(
    long quota, long own, long lent, long borrowed, long excess, long overrun, int running) {}
