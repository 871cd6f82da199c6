/** Text to tokens and back: tokenizer, chat template, incremental decoding, stop strings. */
@NullMarked
package io.chameleon.text;

import org.jspecify.annotations.NullMarked;
