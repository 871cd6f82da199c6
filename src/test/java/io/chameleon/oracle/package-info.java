/** The engine against golden outputs of transformers and PEFT. */
@NullMarked
package io.chameleon.oracle;

import org.jspecify.annotations.NullMarked;
