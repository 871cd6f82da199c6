/** How large a request is and whether it may enter. */
@NullMarked
package io.chameleon.admission;

import org.jspecify.annotations.NullMarked;
