/** Names and meters: the only package that knows Micrometer. */
@NullMarked
package io.chameleon.metrics;

import org.jspecify.annotations.NullMarked;
