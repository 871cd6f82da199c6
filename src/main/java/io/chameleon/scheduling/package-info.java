/**
 * Who runs in the next step: queues and batch formation. Plain code on the engine thread: no
 * Spring, no Reactor, no clock.
 */
@NullMarked
package io.chameleon.scheduling;

import org.jspecify.annotations.NullMarked;
