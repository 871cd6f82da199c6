package io.chameleon.simulation.paper;

import java.util.List;
import java.util.Map;

/** A figure of the paper: the runs that it needs, and what it shows of them. */
interface PaperFigure {

  /** What has to be run. */
  List<PaperCase> cases();

  /**
   * Our numbers.
   *
   * @param runs in which all of {@link #cases} are made
   */
  Map<PaperCell, Double> measure(PaperRuns runs);
}
