/** Which adapters exist: folders watched, names, versions, settings, refusals. */
@NullMarked
package io.chameleon.adapter.catalogue;

import org.jspecify.annotations.NullMarked;
