package io.chameleon.scheduling.adaptive;

import java.util.Arrays;

/**
 * A linear model learned from one observation after the other (recursive least squares). What has
 * not been seen for long is forgotten, but only along the features that an observation has: what is
 * known of steps that do not come at present stays. For one thread.
 */
final class RecursiveLeastSquares {

  /** An error so many times the mean one is taken for a disturbance, and counts for no more. */
  private static final double MOST_ERROR = 4;

  /** Observations before anything can be called a disturbance. */
  private static final int WARM_UP = 50;

  private static final double NEWEST_ERROR = 0.02;

  private final double[] weights;

  private final double[] priorVariance;

  private final double[][] covariance;

  private final double[] gain;

  private final double[] scale;

  private final double inflation;

  private double meanError;

  private int observations;

  /**
   * A model that has seen nothing.
   *
   * @param prior weights that are believed in at first
   * @param priorVariance how little they are believed in; also the most doubt there ever is
   * @param forgetting what an observation still counts for after the next, over 0 and at most 1
   */
  RecursiveLeastSquares(double[] prior, double[] priorVariance, double forgetting) {
    this.weights = prior.clone();
    this.priorVariance = priorVariance.clone();
    this.inflation = 1 / Math.sqrt(forgetting);
    this.gain = new double[prior.length];
    this.scale = new double[prior.length];
    this.covariance = new double[prior.length][prior.length];
    for (int i = 0; i < prior.length; i++) {
      covariance[i][i] = priorVariance[i];
    }
  }

  double weight(int feature) {
    return weights[feature];
  }

  double predict(double[] features) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * features[i];
    }
    return sum;
  }

  /** Learns that these features gave this value. */
  void learn(double[] features, double observed) {
    double error = tamed(observed - predict(features));
    double certainty = gain(features);
    for (int i = 0; i < weights.length; i++) {
      weights[i] += gain[i] / certainty * error;
    }
    for (int i = 0; i < weights.length; i++) {
      for (int j = 0; j < weights.length; j++) {
        covariance[i][j] -= gain[i] * gain[j] / certainty;
      }
    }
    forget(features);
  }

  private double gain(double[] features) {
    double certainty = 1;
    for (int i = 0; i < weights.length; i++) {
      double sum = 0;
      for (int j = 0; j < weights.length; j++) {
        sum += covariance[i][j] * features[j];
      }
      gain[i] = sum;
      certainty += features[i] * sum;
    }
    return certainty;
  }

  private double tamed(double error) {
    boolean isWarm = observations >= WARM_UP;
    double most = isWarm ? MOST_ERROR * meanError : Double.POSITIVE_INFINITY;
    observations = Math.min(WARM_UP, observations + 1);
    double newest = isWarm ? NEWEST_ERROR : 1.0 / observations;
    meanError += newest * (Math.abs(error) - meanError);
    return Math.clamp(error, -most, most);
  }

  /** Scales rows and columns alike, so that the covariance stays one. */
  private void forget(double[] features) {
    Arrays.setAll(scale, i -> features[i] == 0 ? 1 : inflation);
    for (int i = 0; i < weights.length; i++) {
      double grown = covariance[i][i] * scale[i] * scale[i];
      if (grown > priorVariance[i]) {
        scale[i] *= Math.sqrt(priorVariance[i] / grown);
      }
    }
    for (int i = 0; i < weights.length; i++) {
      for (int j = 0; j < weights.length; j++) {
        covariance[i][j] *= scale[i] * scale[j];
      }
    }
  }
}
