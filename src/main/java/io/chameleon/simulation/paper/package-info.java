/**
 * The evaluation of the Chameleon paper (arXiv 2411.17741) run again: its systems, its figures, its
 * numbers beside ours.
 */
@NullMarked
package io.chameleon.simulation.paper;

import org.jspecify.annotations.NullMarked;
