/** Who has had how much of the service. */
@NullMarked
package io.chameleon.scheduling.fairness;

import org.jspecify.annotations.NullMarked;
