/** Values that all other packages share: what is asked for and what a stream carries. */
@NullMarked
package io.chameleon.request;

import org.jspecify.annotations.NullMarked;
