/**
 * Which LoRA adapters exist, what is in their files, and which are resident: registry, loader,
 * pool, leases.
 */
@NullMarked
package io.chameleon.adapter;

import org.jspecify.annotations.NullMarked;
