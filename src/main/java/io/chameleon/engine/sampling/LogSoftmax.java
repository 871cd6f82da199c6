package io.chameleon.engine.sampling;

import io.chameleon.request.TokenLogprob;
import java.util.ArrayList;
import java.util.List;

/** Natural log-probabilities of a row of raw logits. */
final class LogSoftmax {

  /** Stands for minus infinity, which JSON lacks. */
  static final float FLOOR = -9999f;

  private final float[] logits;
  private final int offset;
  private final int vocabularySize;
  private final double logSum;

  /**
   * Sums up a row.
   *
   * @param best its largest logit, finite
   */
  LogSoftmax(float[] logits, int offset, int vocabularySize, float best) {
    this.logits = logits;
    this.offset = offset;
    this.vocabularySize = vocabularySize;
    double sum = 0;
    for (int i = offset; i < offset + vocabularySize; i++) {
      sum += Math.exp((double) logits[i] - best);
    }
    logSum = best + Math.log(sum);
  }

  /** The log-probability of a token, in nats, {@link #FLOOR} at least. */
  float of(int token) {
    return (float) Math.max(FLOOR, logits[offset + token] - logSum);
  }

  /** The most likely tokens, best first, the lower id first among equals. */
  List<TokenLogprob> top(int most) {
    int[] best = new int[Math.min(most, vocabularySize)];
    int found = 0;
    for (int token = 0; token < vocabularySize && best.length > 0; token++) {
      float logit = logits[offset + token];
      if (found == best.length && logit <= logits[offset + best[found - 1]]) {
        continue;
      }
      int at = found < best.length ? found++ : found - 1;
      while (at > 0 && logit > logits[offset + best[at - 1]]) {
        best[at] = best[at - 1];
        at--;
      }
      best[at] = token;
    }
    List<TokenLogprob> top = new ArrayList<>(found);
    for (int token : best) {
      top.add(new TokenLogprob(token, of(token)));
    }
    return top;
  }
}
