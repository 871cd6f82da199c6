package io.chameleon.workload;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Lengths as in the Azure LLM inference trace 2023, conversation, without a row of it: a piecewise
 * linear fit to quantiles of its input and of its output, joined by the shares of requests in each
 * pair of their tenths.
 *
 * <p>Fitted to (19,366 requests): input mean 1155, P50 1020, P90 2735, P99 4142, most 14,050;
 * output mean 211, P50 129, P90 424, P99 601, most 1000, and next to none from 217 to 371 at the
 * 66th percentile; correlation -0.11. The joint shares say what one correlation cannot: answers are
 * longest for middling prompts, and short both for short and for the longest ones.
 *
 * <p>The quantiles were computed from {@code AzureLLMInferenceTrace_conv.csv} of
 * Azure/AzurePublicDataset, licensed CC BY 4.0: Patel et al., Splitwise: Efficient Generative LLM
 * Inference Using Phase Splitting, ISCA 2024.
 */
public final class AzureConversationLengths implements LengthLaw {

  private static final QuantileFunction INPUT =
      QuantileFunction.through(
          0, 2, 1, 29, 2, 91, 5, 181, 7.5, 200, 10, 207, 12.5, 235, 15, 372, 20, 387, 25, 396, 30,
          403, 35, 414, 37.5, 428, 40, 703, 42.5, 922, 45, 984, 50, 1020, 55, 1045, 60, 1071, 65,
          1097, 70, 1130, 75, 1189, 80, 1315, 82.5, 1434, 85, 1876, 87.5, 2309, 90, 2734, 92.5,
          4075, 95, 4083, 99, 4142, 99.5, 4831, 99.9, 6179, 99.95, 6570, 100, 14_050);

  private static final QuantileFunction OUTPUT =
      QuantileFunction.through(
          0, 7, 1, 16, 2, 24, 5, 41, 10, 54, 15, 67, 20, 77, 25, 85, 30, 91, 35, 96, 40, 103, 45,
          113, 50, 129, 55, 151, 60, 177, 64, 216, 65.4, 217, 66.5, 296, 66.7, 362, 67, 371, 70,
          384, 75, 395, 80, 400, 85, 411, 90, 424, 95, 451, 97.5, 522, 99, 601, 99.5, 643, 99.9,
          954, 100, 1000);

  /**
   * Requests of 10,000 whose input is in the tenth of the row and whose output in that of the
   * column, shortest first; each row and each column has 1,000, so that both quantile functions
   * hold.
   */
  private static final int[][] JOINT = {
    {81, 47, 36, 46, 116, 318, 351, 0, 1, 4},
    {203, 317, 166, 89, 72, 77, 75, 0, 0, 1},
    {14, 69, 265, 309, 236, 100, 7, 0, 0, 0},
    {16, 46, 224, 318, 249, 126, 18, 1, 0, 2},
    {44, 41, 64, 48, 65, 21, 74, 237, 210, 196},
    {7, 11, 8, 10, 2, 2, 86, 297, 297, 280},
    {12, 8, 11, 6, 5, 4, 106, 272, 269, 307},
    {39, 37, 21, 11, 25, 110, 160, 186, 215, 196},
    {142, 179, 129, 115, 148, 163, 100, 6, 8, 10},
    {442, 245, 76, 48, 82, 79, 23, 1, 0, 4},
  };

  private static final int TENTHS = JOINT.length;

  @Override
  public Supplier<RequestLengths> over(RandomGenerator random) {
    CumulativeWeights cells =
        new CumulativeWeights(
            Arrays.stream(JOINT).flatMapToInt(Arrays::stream).asDoubleStream().toArray());
    return () -> {
      int cell = cells.draw(random);
      int row = cell / TENTHS;
      int column = cell % TENTHS;
      double input = INPUT.at((row + random.nextDouble()) / TENTHS);
      double output = OUTPUT.at((column + random.nextDouble()) / TENTHS);
      return new RequestLengths((int) Math.round(input), (int) Math.round(output));
    };
  }
}
