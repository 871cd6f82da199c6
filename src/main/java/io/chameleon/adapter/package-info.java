/** Lends adapters to sequences: what the rest of the service sees of them. */
@NullMarked
package io.chameleon.adapter;

import org.jspecify.annotations.NullMarked;
