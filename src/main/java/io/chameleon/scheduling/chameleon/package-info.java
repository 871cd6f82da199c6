/**
 * The scheduler of the Chameleon paper (MICRO'25, arXiv 2411.17741, section 4.3): request sizes,
 * size classes, quotas and batch formation. Plain code: no engine, no pool, no clock.
 */
@NullMarked
package io.chameleon.scheduling.chameleon;

import org.jspecify.annotations.NullMarked;
