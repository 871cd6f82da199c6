package io.chameleon.bench;

/**
 * What is varied.
 *
 * @param law how often each adapter is asked for
 * @param adapters how many there are
 */
record CliffCase(PopularityLaw law, int adapters) {}
