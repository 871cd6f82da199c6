package io.chameleon.bench;

/**
 * The ceilings at one time.
 *
 * @param phase what was measured then
 * @param flops floating-point operations a second in a large product
 * @param readBytes bytes a second that all threads read from a buffer beyond the caches
 * @param smallReadBytes bytes a second that they read from one as large as the weights
 */
record CeilingRates(String phase, double flops, double readBytes, double smallReadBytes) {}
