/**
 * The service's own scheduler: service times predicted by a cost model that is learned from the
 * steps, an order with a bound on waiting, and feedback on measured times to first token. Plain
 * code on the engine thread.
 */
@NullMarked
package io.chameleon.scheduling.adaptive;

import org.jspecify.annotations.NullMarked;
