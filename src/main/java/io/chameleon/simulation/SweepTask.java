package io.chameleon.simulation;

import java.util.function.Supplier;

/**
 * Something that a sweep does beside others: a run, or some that follow from each other.
 *
 * @param label what it is, for people
 * @param work does it, on a thread of the sweep
 */
public record SweepTask<R>(String label, Supplier<R> work) {}
