/** How the next token is chosen from logits: plain arithmetic, the reference for every device. */
@NullMarked
package io.chameleon.engine.sampling;

import org.jspecify.annotations.NullMarked;
