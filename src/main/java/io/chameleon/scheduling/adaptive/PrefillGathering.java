package io.chameleon.scheduling.adaptive;

/**
 * Whether prompts wait for more prompts. A step with prefill has a fixed cost, shared by the
 * prompts in it; while memory is nearly full, sequences can start only one by one as others end,
 * and each would pay it alone. So then they wait, beside the decode of those that run, until their
 * prefill takes many times the fixed cost. With room in memory nobody waits: that would gain
 * nothing that is needed. Times in milliseconds. For one thread.
 */
final class PrefillGathering {

  /** Share of memory in use where it is as good as full: what one sequence leaves free is odd. */
  private static final double FULL = 0.95;

  private final double from;

  private final double passes;

  private final double longest;

  private double lastPrefill = Double.NEGATIVE_INFINITY;

  /**
   * Nothing has been started yet.
   *
   * @param from share of memory in use above which prompts are gathered
   * @param passes how many times the fixed cost is gathered where all memory is in use
   * @param longest most time from the end of a step with prefill in which prompts are gathered
   */
  PrefillGathering(double from, double passes, double longest) {
    this.from = from;
    this.passes = passes;
    this.longest = longest;
  }

  /** A step with prefill has ended. */
  void prefilled(double now) {
    lastPrefill = now;
  }

  /**
   * Whether what can start is to start now.
   *
   * @param work prefill of those that can start, without the fixed cost
   * @param fixedCost of a step with prefill
   * @param pressure share of memory in use
   */
  boolean isEnough(double work, double fixedCost, double pressure, double now) {
    double part = Math.clamp((pressure - from) / (FULL - from), 0, 1);
    return work >= passes * fixedCost * part * part || now - lastPrefill >= longest;
  }
}
