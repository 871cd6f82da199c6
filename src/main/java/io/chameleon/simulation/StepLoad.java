package io.chameleon.simulation;

/**
 * What one step has to do, as far as its time depends on it.
 *
 * @param prefillTokens tokens fed in prefill, over all sequences
 * @param prefillTokenRanks sum over those tokens of the rank of their adapter, 0 for the base model
 * @param prefillPairs sum over those tokens of the tokens that each attends to, itself among them
 * @param decodeRows sequences that decode
 * @param contextTokens sum of the positions of those that decode
 * @param rankSum sum of the ranks of the distinct adapters of those that decode
 */
public record StepLoad(
    int prefillTokens,
    long prefillTokenRanks,
    long prefillPairs,
    int decodeRows,
    long contextTokens,
    int rankSum) {

  /**
   * Sum over the tokens of prefill of the ranks of the distinct adapters that decode beside them.
   */
  public long tokenDecodeRanks() {
    return (long) prefillTokens * rankSum;
  }

  /** Whether it prefills at all. */
  public boolean hasPrefill() {
    return prefillTokens > 0;
  }

  /** Whether it decodes at all. */
  public boolean hasDecode() {
    return decodeRows > 0;
  }
}
