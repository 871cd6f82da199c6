package io.chameleon.bench;

/**
 * What a system gave at a load.
 *
 * @param system which
 * @param requestsPerSecond the load
 * @param times what clients saw
 */
record AdaptivePoint(AdaptiveSystem system, double requestsPerSecond, TokenTimes times) {}
