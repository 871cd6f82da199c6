package io.chameleon.simulation;

import io.chameleon.memory.ArenaSnapshot;

/**
 * The arena at a time.
 *
 * @param nanos when, from the start of the run
 * @param arena who had how many cells
 * @param running sequences that ran
 * @param waiting sequences that waited
 */
public record MemorySample(long nanos, ArenaSnapshot arena, int running, int waiting) {}
