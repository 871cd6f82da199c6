package io.chameleon.engine.sampling;

import java.util.Arrays;

/**
 * The tokens that filters leave of a row, and the draw among them. Working memory for one row at a
 * time; the arrays grow to the vocabulary and are kept.
 *
 * <p>A token is a key of 64 bits: its logit above, turned so that larger logits sort first, its id
 * below. So keys sort by logit, the lower id first among equals, and no vocabulary is sorted: top-k
 * selects first, top-p sorts only the logits near enough to the best to matter.
 */
final class Candidates {

  /** Bins of the distance to the best logit; the last takes all beyond. */
  private static final int BINS = 512;

  private static final double BINS_PER_NAT = 16;

  private long[] keys = new long[0];
  private double[] weights = new double[0];
  private final double[] binWeights = new double[BINS];
  private int count;

  /** The logits' row, its best logit, and what turns logits into weights. */
  private float[] logits = new float[0];

  private double best;
  private double temperature;

  /** Nats below the best, at most, that min-p leaves. */
  private double least;

  /**
   * Takes a row.
   *
   * @param logits from index 0 on, without NaN
   * @param best the largest of them, finite
   * @param temperature over 0
   * @param minP least probability relative to the best; 0 is off
   */
  void reset(float[] logits, int vocabularySize, float best, double temperature, double minP) {
    this.logits = logits;
    this.best = best;
    this.temperature = temperature;
    least = minP > 0 ? Math.log(minP) : Double.NEGATIVE_INFINITY;
    count = vocabularySize;
    if (keys.length < vocabularySize) {
      keys = new long[vocabularySize];
      weights = new double[vocabularySize];
    }
  }

  /** Draws from all tokens that min-p leaves, in the order of their ids. */
  int draw(double uniform) {
    double sum = 0;
    for (int token = 0; token < count; token++) {
      double weight = weight(logits[token]);
      weights[token] = weight;
      sum += weight;
    }
    return pick(count, uniform * sum);
  }

  /**
   * Draws from the best tokens, in the order of their logits.
   *
   * @param topK how many at most; 0 for no such limit
   * @param topP of those, as many of the best as hold this share of their probability
   */
  int draw(int topK, double topP, double uniform) {
    double sum;
    int collected;
    if (topK > 0) {
      collected = collectBest(topK);
      Arrays.sort(keys, 0, collected);
      sum = weigh(collected);
    } else {
      sum = fillBins();
      collected = collectWithin(nucleusDistance(topP * sum));
      Arrays.sort(keys, 0, collected);
      weigh(collected);
    }
    double kept = 0;
    int nucleus = 0;
    while (nucleus < collected && (nucleus == 0 || kept < topP * sum || topP >= 1)) {
      kept += weights[nucleus++];
    }
    return token(keys[pick(nucleus, uniform * kept)]);
  }

  private double weight(float logit) {
    double nats = (logit - best) / temperature;
    return nats < least ? 0 : Math.exp(nats);
  }

  /** Sums up weights by distance to the best; returns the sum of all. */
  private double fillBins() {
    Arrays.fill(binWeights, 0);
    double sum = 0;
    for (int token = 0; token < count; token++) {
      double nats = (logits[token] - best) / temperature;
      if (nats >= least) {
        double weight = Math.exp(nats);
        binWeights[bin(nats)] += weight;
        sum += weight;
      }
    }
    return sum;
  }

  private static int bin(double nats) {
    return (int) Math.min(BINS - 1.0, -nats * BINS_PER_NAT);
  }

  /** The distance from the best, in nats, within which the tokens surely hold this much weight. */
  private double nucleusDistance(double weight) {
    double held = 0;
    for (int bin = 0; bin < BINS - 1; bin++) {
      held += binWeights[bin];
      if (held >= weight * (1 + 1e-9)) { // the sums here and later round differently
        return (bin + 1) / BINS_PER_NAT;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /** Makes keys of the tokens that min-p leaves and that lie within a distance of the best. */
  private int collectWithin(double nats) {
    double bound = Math.max(least, -nats);
    int collected = 0;
    for (int token = 0; token < count; token++) {
      float logit = logits[token];
      if (logit > Float.NEGATIVE_INFINITY && (logit - best) / temperature >= bound) {
        keys[collected++] = key(logit, token);
      }
    }
    return collected;
  }

  /**
   * Makes keys of the best tokens that min-p leaves. Whenever a buffer is full, its best set the
   * bound for those to come, so that most of a vocabulary costs a comparison each.
   */
  private int collectBest(int most) {
    int buffer = (int) Math.min(count, Math.max(1024, 4L * most));
    float bound = Float.NEGATIVE_INFINITY;
    int collected = 0;
    for (int token = 0; token < count; token++) {
      float logit = logits[token];
      // an equal logit of a higher id comes after those that set the bound
      if (logit > bound && (logit - best) / temperature >= least) {
        keys[collected++] = key(logit, token);
        if (collected == buffer && most < buffer) {
          collected = selectBest(collected, most);
          bound = least(collected);
        }
      }
    }
    return selectBest(collected, most);
  }

  private float least(int collected) {
    float smallest = Float.POSITIVE_INFINITY;
    for (int i = 0; i < collected; i++) {
      smallest = Math.min(smallest, logits[token(keys[i])]);
    }
    return smallest;
  }

  private static long key(float logit, int token) {
    int bits = Float.floatToIntBits(logit + 0f); // +0 makes of -0 a 0
    int ascending = bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
    return ((long) ~ascending << 32) | token;
  }

  private static int token(long key) {
    return (int) key;
  }

  /** Weighs the first keys by the logits of their tokens; returns the sum. */
  private double weigh(int collected) {
    double sum = 0;
    for (int i = 0; i < collected; i++) {
      weights[i] = weight(logits[token(keys[i])]);
      sum += weights[i];
    }
    return sum;
  }

  /** Brings the {@code most} smallest keys to the front, in any order; returns how many. */
  private int selectBest(int collected, int most) {
    if (most >= collected) {
      return collected;
    }
    int low = 0;
    int high = collected - 1;
    while (low < high) {
      long pivot = median(keys[low], keys[(low + high) >>> 1], keys[high]);
      int left = low;
      int right = high;
      while (left <= right) {
        while (keys[left] < pivot) {
          left++;
        }
        while (keys[right] > pivot) {
          right--;
        }
        if (left <= right) {
          long swapped = keys[left];
          keys[left++] = keys[right];
          keys[right--] = swapped;
        }
      }
      if (most - 1 <= right) {
        high = right;
      } else if (most - 1 >= left) {
        low = left;
      } else {
        break;
      }
    }
    return most;
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  /** The first index at which the running sum of weights exceeds the target. */
  private int pick(int among, double target) {
    double sum = 0;
    int last = 0;
    for (int i = 0; i < among; i++) {
      if (weights[i] > 0) {
        sum += weights[i];
        last = i;
        if (sum > target) {
          return i;
        }
      }
    }
    return last; // the target is the whole sum, rounded up
  }
}
