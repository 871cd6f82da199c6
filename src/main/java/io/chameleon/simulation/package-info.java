/**
 * The service on a virtual clock: the real loop, scheduler, pool and admission, over an engine and
 * a device that only take time. No wall clock and no chance but the workload's: the same set-up
 * gives the same result.
 */
@NullMarked
package io.chameleon.simulation;

import org.jspecify.annotations.NullMarked;
