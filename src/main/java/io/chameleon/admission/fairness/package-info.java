/** Who has had how much of the service. */
@NullMarked
package io.chameleon.admission.fairness;

import org.jspecify.annotations.NullMarked;
