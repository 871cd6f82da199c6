package io.chameleon.simulation;

import java.util.function.Supplier;

/**
 * One run of a sweep.
 *
 * @param label what it is, for people
 * @param setup makes what is run, when its turn comes: a sweep never holds more workloads than it
 *     has workers
 */
public record SweepRun(String label, Supplier<SimulationSetup> setup) {}
