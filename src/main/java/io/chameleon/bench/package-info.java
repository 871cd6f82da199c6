/** The benchmark command: what a step costs beside what the machine can do. */
@NullMarked
package io.chameleon.bench;

import org.jspecify.annotations.NullMarked;
