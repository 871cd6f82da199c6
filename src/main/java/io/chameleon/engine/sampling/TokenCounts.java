package io.chameleon.engine.sampling;

import java.util.Arrays;

/** How often each token was generated; tokens of the prompt alone count 0. Open addressing. */
final class TokenCounts {

  private static final int FREE = -1;

  private int[] tokens;
  private int[] counts;
  private int size;

  TokenCounts(int expected) {
    int capacity = Integer.highestOneBit(Math.max(8, expected) * 2) * 2;
    tokens = new int[capacity];
    counts = new int[capacity];
    Arrays.fill(tokens, FREE);
  }

  /** Counts a token up; by 0 it is only remembered. */
  void add(int token, int by) {
    int slot = slot(tokens, token);
    if (tokens[slot] == FREE) {
      tokens[slot] = token;
      size++;
    }
    counts[slot] += by;
    if (size * 2 > tokens.length) {
      grow();
    }
  }

  private void grow() {
    int[] grown = new int[tokens.length * 2];
    int[] grownCounts = new int[grown.length];
    Arrays.fill(grown, FREE);
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] != FREE) {
        int slot = slot(grown, tokens[i]);
        grown[slot] = tokens[i];
        grownCounts[slot] = counts[i];
      }
    }
    tokens = grown;
    counts = grownCounts;
  }

  private static int slot(int[] tokens, int token) {
    int mask = tokens.length - 1;
    int slot = ((token * 0x9e3779b9) >>> 7) & mask;
    while (tokens[slot] != FREE && tokens[slot] != token) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /**
   * Lowers the logits of the tokens here: first the repetition penalty, which divides what is
   * positive and multiplies the rest, then the frequency and the presence penalty.
   */
  void penalize(float[] logits, int vocabularySize, Penalties penalties) {
    for (int i = 0; i < tokens.length; i++) {
      int token = tokens[i];
      if (token == FREE || token >= vocabularySize) {
        continue;
      }
      float logit = logits[token];
      logit = logit > 0 ? logit / penalties.repetition() : logit * penalties.repetition();
      if (counts[i] > 0) {
        logit -= penalties.frequency() * counts[i];
        logit -= penalties.presence();
      }
      logits[token] = logit;
    }
  }

  /** The tokens below a vocabulary's size, with their counts. */
  DeviceDraw.Listed listed(int vocabularySize) {
    int[] listed = new int[size];
    int[] times = new int[size];
    int n = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] != FREE && tokens[i] < vocabularySize) {
        listed[n] = tokens[i];
        times[n++] = counts[i];
      }
    }
    return new DeviceDraw.Listed(Arrays.copyOf(listed, n), Arrays.copyOf(times, n));
  }

  /** What a token costs that was there before; 1, 0 and 0 are neutral. */
  record Penalties(float repetition, float frequency, float presence) {

    boolean areNeutral() {
      return repetition == 1 && frequency == 0 && presence == 0;
    }
  }
}
