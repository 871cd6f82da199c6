/** The checkpoint: its configuration, its tensors, and what of it is supported. */
@NullMarked
package io.chameleon.model;

import org.jspecify.annotations.NullMarked;
