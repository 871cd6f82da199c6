package io.chameleon.admission.prediction;

import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.request.InferenceRequest;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;

/**
 * Knows how long outputs will be, and says so as often as it is told to; else it draws from the
 * lengths that outputs have. That is how experiments vary the accuracy of a predictor (Chameleon,
 * figure 19). The same request is always given the same answer, whenever and by whatever thread it
 * is asked for.
 */
public final class OraclePredictor implements OutputLengthPredictor {

  private final ToIntFunction<InferenceRequest> truth;

  private final double accuracy;

  private final int[] lengths;

  private final long seed;

  /**
   * Makes an oracle.
   *
   * @param truth how many tokens a request will generate
   * @param accuracy share of requests for which the truth is told, 0 to 1
   * @param lengths what is drawn from otherwise, each with the same chance; not empty
   * @param seed of the draws
   */
  public OraclePredictor(
      ToIntFunction<InferenceRequest> truth, double accuracy, int[] lengths, long seed) {
    if (!(accuracy >= 0 && accuracy <= 1)) {
      throw new IllegalArgumentException("accuracy is %s; it must be 0 to 1".formatted(accuracy));
    }
    if (lengths.length == 0) {
      throw new IllegalArgumentException("0 lengths to draw from; there must be at least 1");
    }
    this.truth = truth;
    this.accuracy = accuracy;
    this.lengths = lengths.clone();
    this.seed = seed;
  }

  @Override
  public int predict(InferenceRequest request) {
    SplittableRandom chance = new SplittableRandom(seed + request.id().hashCode());
    int length =
        chance.nextDouble() < accuracy
            ? truth.applyAsInt(request)
            : lengths[chance.nextInt(lengths.length)];
    return Math.clamp(length, 1, request.maxTokens());
  }
}
