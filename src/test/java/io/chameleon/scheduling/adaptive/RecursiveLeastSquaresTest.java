package io.chameleon.scheduling.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RecursiveLeastSquaresTest {

  private static final double[] PRIOR = {1, 1, 1};

  private static final double[] VARIANCE = {100, 100, 100};

  private final Random random = new Random(7);

  private final RecursiveLeastSquares model = new RecursiveLeastSquares(PRIOR, VARIANCE, 0.99);

  @Test
  void weights_ofALinearLaw_areFoundInSpiteOfNoise() {
    for (int i = 0; i < 300; i++) {
      double[] features = {1, 10 * random.nextDouble(), 5 * random.nextDouble()};
      model.learn(features, law(features) + 0.1 * random.nextGaussian());
    }

    assertThat(model.weight(0)).isCloseTo(20, within(0.2));
    assertThat(model.weight(1)).isCloseTo(3, within(0.05));
    assertThat(model.weight(2)).isCloseTo(0.5, within(0.05));
    assertThat(model.predict(new double[] {1, 2, 2})).isCloseTo(27, within(0.3));
  }

  @Test
  void weight_ofAFeatureNotSeenForLong_stays() {
    for (int i = 0; i < 300; i++) {
      double[] features = {1, 10 * random.nextDouble(), 5 * random.nextDouble()};
      model.learn(features, law(features));
    }
    for (int i = 0; i < 5000; i++) {
      double[] features = {1, 10 * random.nextDouble(), 0};
      model.learn(features, law(features) + 0.1 * random.nextGaussian());
    }

    assertThat(model.weight(2)).isCloseTo(0.5, within(0.1));
  }

  @Test
  void weights_ofALawThatChanges_follow() {
    for (int i = 0; i < 500; i++) {
      double[] features = {1, 10 * random.nextDouble(), 5 * random.nextDouble()};
      model.learn(features, law(features));
    }
    for (int i = 0; i < 1500; i++) {
      double[] features = {1, 10 * random.nextDouble(), 5 * random.nextDouble()};
      model.learn(features, 2 * law(features));
    }

    assertThat(model.weight(0)).isCloseTo(40, within(0.5));
    assertThat(model.weight(1)).isCloseTo(6, within(0.1));
  }

  @Test
  void disturbance_ofOneObservation_hardlyCounts() {
    for (int i = 0; i < 300; i++) {
      double[] features = {1, 10 * random.nextDouble(), 5 * random.nextDouble()};
      model.learn(features, law(features) + 0.1 * random.nextGaussian());
    }

    model.learn(new double[] {1, 5, 2}, 10_000);

    assertThat(model.predict(new double[] {1, 5, 2})).isCloseTo(36, within(0.5));
  }

  private static double law(double[] features) {
    return 20 * features[0] + 3 * features[1] + 0.5 * features[2];
  }
}
