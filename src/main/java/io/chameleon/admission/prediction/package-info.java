/** How much output to expect of a request. */
@NullMarked
package io.chameleon.admission.prediction;

import org.jspecify.annotations.NullMarked;
