package io.chameleon.workload;

/**
 * What a recording may take.
 *
 * @param maxBytes most bytes of the file, with what was in it; over 0
 * @param maxLines most lines of the file, with what was in it; over 0
 * @param queueCapacity most records that wait to be written, at least 1
 */
public record TrafficLogLimits(long maxBytes, long maxLines, int queueCapacity) {

  public TrafficLogLimits {
    Numbers.checkAtLeast("the most bytes of a recording", maxBytes, 1);
    Numbers.checkAtLeast("the most lines of a recording", maxLines, 1);
    Numbers.checkAtLeast("the queue of a recording", queueCapacity, 1);
  }
}
