/** Adapters in host memory: read, checked, packed into the layout of the device, cached. */
@NullMarked
package io.chameleon.adapter.host;

import org.jspecify.annotations.NullMarked;
