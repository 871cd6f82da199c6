package io.chameleon.workload;

import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Makes lengths fit another machine or model: all are divided by one constant, as the Chameleon
 * paper does with its traces (arXiv 2411.17741, evaluation), then cut at a context.
 *
 * @param divisor what input, output and allowed tokens are divided by, rounded up; over 0
 * @param contextTokens most tokens of input and output together, at least 2; the output is kept
 *     before the input, and at least one token of each
 */
public record LengthScale(double divisor, int contextTokens) {

  /** Leaves lengths as they are. */
  public static final LengthScale NONE = new LengthScale(1, Integer.MAX_VALUE);

  private static final double FITTED_SHARE = 0.99;

  /** Rounding up adds less than one token to the input and one to the output. */
  private static final int ROUNDING_TOKENS = 2;

  private static final int FITTED_DRAWS = 20_000;

  public LengthScale {
    Numbers.checkPositive("the divisor of lengths", divisor);
    Numbers.checkAtLeast("the context of lengths", contextTokens, 2);
  }

  /** Divides by a constant and cuts nothing. */
  public static LengthScale dividedBy(double divisor) {
    return new LengthScale(divisor, Integer.MAX_VALUE);
  }

  /**
   * The least constant, 1 or more, by which 99 of 100 requests fit a context.
   *
   * @param contextTokens at least 3; longer requests are cut at it
   */
  public static LengthScale fitting(Workload workload, int contextTokens) {
    return fitting(workload.requests().stream().map(TracedRequest::lengths), contextTokens);
  }

  /**
   * The same for a law, by 20,000 draws.
   *
   * @param contextTokens at least 3; longer requests are cut at it
   */
  public static LengthScale fitting(LengthLaw law, int contextTokens, RandomGenerator random) {
    return fitting(Stream.generate(law.over(random)).limit(FITTED_DRAWS), contextTokens);
  }

  private static LengthScale fitting(Stream<RequestLengths> lengths, int contextTokens) {
    Numbers.checkAtLeast("the context that lengths are to fit", contextTokens, 3);
    long[] totals = lengths.mapToLong(RequestLengths::totalTokens).sorted().toArray();
    long longest = totals[(int) Math.ceil(totals.length * FITTED_SHARE) - 1];
    boolean fits = longest <= contextTokens;
    double divisor = fits ? 1 : (double) longest / (contextTokens - ROUNDING_TOKENS);
    return new LengthScale(divisor, contextTokens);
  }

  /** The lengths after division and cut; each is at least 1. */
  public RequestLengths apply(RequestLengths lengths) {
    int output = Math.min(divided(lengths.outputTokens()), contextTokens - 1);
    int input = Math.min(divided(lengths.inputTokens()), contextTokens - output);
    int most = Math.min(divided(lengths.maxTokens()), contextTokens - input);
    return new RequestLengths(input, output, most);
  }

  private int divided(int tokens) {
    return (int) Math.ceil(tokens / divisor);
  }
}
