/**
 * How tight memory is, sign by sign, as levels with hysteresis; and what the host tier may hold.
 */
@NullMarked
package io.chameleon.memory.pressure;

import org.jspecify.annotations.NullMarked;
