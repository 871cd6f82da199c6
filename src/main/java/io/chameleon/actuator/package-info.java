/** Read-only views of the running service, and its health. */
@NullMarked
package io.chameleon.actuator;

import org.jspecify.annotations.NullMarked;
