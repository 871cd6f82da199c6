package io.chameleon.scheduling.chameleon;

/**
 * The weighted request size (WRS) of the Chameleon paper (section 4.3.1), {@code (A * in / maxIn +
 * B * out / maxOut) * rank / maxRank}, or the predicted output alone.
 *
 * @param formula which of the two
 * @param inputWeight A, 0 or more; the paper's is 0.4
 * @param outputWeight B, 0 or more; the paper's is 0.6
 * @param limits what the parts are divided by
 */
record WeightedRequestSize(
    SizeFormula formula, double inputWeight, double outputWeight, SizeLimits limits) {

  WeightedRequestSize {
    requireWeight("input-weight", inputWeight);
    requireWeight("output-weight", outputWeight);
    if (inputWeight + outputWeight == 0) {
      throw new IllegalArgumentException(
          "chameleon.scheduling.chameleon.input-weight and output-weight are both 0;"
              + " one must be over 0");
    }
  }

  /**
   * The size of a request, 0 to 1 within the limits and more beyond them.
   *
   * @param promptTokens 0 or more
   * @param predictedOutputTokens 0 or more
   * @param adapterRank 0 for a request without an adapter
   */
  double of(int promptTokens, int predictedOutputTokens, int adapterRank) {
    double output = (double) predictedOutputTokens / limits.maxOutputTokens();
    return switch (formula) {
      case OUTPUT_ONLY -> output;
      case PRODUCT -> {
        double input = (double) promptTokens / limits.maxInputTokens();
        double rank = Math.max(adapterRank, limits.rankFloor());
        yield (inputWeight * input + outputWeight * output) * rank / limits.maxRank();
      }
    };
  }

  private static void requireWeight(String property, double weight) {
    if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "chameleon.scheduling.chameleon.%s is %s; it must be 0 or more"
              .formatted(property, weight));
    }
  }
}
