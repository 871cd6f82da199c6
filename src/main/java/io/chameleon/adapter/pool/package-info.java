/** Adapters in device memory: every cell that KV leaves free, taken back by evicting. */
@NullMarked
package io.chameleon.adapter.pool;

import org.jspecify.annotations.NullMarked;
