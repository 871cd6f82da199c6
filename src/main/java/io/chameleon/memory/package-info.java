/** The arena's accounting, and how tight device and host memory are. */
@NullMarked
package io.chameleon.memory;

import org.jspecify.annotations.NullMarked;
