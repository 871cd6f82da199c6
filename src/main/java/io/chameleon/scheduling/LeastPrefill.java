package io.chameleon.scheduling;

/**
 * What the prefill of a prompt takes at least.
 *
 * @param chunkTokens most tokens of it that a step feeds, at least 1
 * @param stepNanos what a step takes at least; 0 where that is not known
 * @param nanosPerToken what a token of a step takes at least; 0 where that is not known
 */
record LeastPrefill(int chunkTokens, double stepNanos, double nanosPerToken) {

  /** From its start to the first token, in nanoseconds; 0 where it is not known. */
  long nanos(int promptTokens) {
    double bySteps = Math.ceilDiv(promptTokens, chunkTokens) * stepNanos;
    return (long) Math.max(bySteps, promptTokens * nanosPerToken);
  }
}
