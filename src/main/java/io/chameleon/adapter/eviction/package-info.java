/** Which idle adapter gives way: the policies, without clock, thread or memory of their own. */
@NullMarked
package io.chameleon.adapter.eviction;

import org.jspecify.annotations.NullMarked;
