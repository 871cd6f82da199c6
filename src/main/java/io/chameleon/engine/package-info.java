/** The contract of one engine step: a batch in, tokens out; and the sampler. */
@NullMarked
package io.chameleon.engine;

import org.jspecify.annotations.NullMarked;
