/** The step made with DJL on libtorch: the only package that knows DJL's engine. */
@NullMarked
package io.chameleon.engine.djl;

import org.jspecify.annotations.NullMarked;
