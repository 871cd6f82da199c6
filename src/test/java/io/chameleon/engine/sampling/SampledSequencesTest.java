package io.chameleon.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.request.SamplingParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole sequences: against the plain sampler, and against themselves under other circumstances. */
class SampledSequencesTest {

  private static final int[] NO_TOKENS = {};

  private static SequenceSampler sampler(Params params) {
    return new SequenceSampler(params.build(), NO_TOKENS, Set.of());
  }

  private static int next(SequenceSampler sampler, float... logits) {
    return sampler.next(logits, 0, logits.length).token();
  }

  private static float[] gaussian(Random random, int vocabulary, double spread) {
    float[] logits = new float[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      logits[i] = (float) (random.nextGaussian() * spread);
    }
    return logits;
  }

  private static Params randomParams(Random random) {
    Params params = new Params();
    params.temperature = random.nextInt(5) == 0 ? 0 : 0.05 + random.nextDouble() * 1.95;
    params.topP = random.nextBoolean() ? 1 : 0.01 + random.nextDouble() * 0.99;
    params.topK = random.nextBoolean() ? 0 : 1 + random.nextInt(40);
    params.minP = random.nextBoolean() ? 0 : random.nextDouble() * 0.3;
    params.presence = random.nextBoolean() ? 0 : random.nextDouble() * 4 - 2;
    params.frequency = random.nextBoolean() ? 0 : random.nextDouble() * 4 - 2;
    params.repetition = random.nextBoolean() ? 1 : 0.5 + random.nextDouble();
    Map<Integer, Float> bias = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      bias.put(random.nextInt(50), (float) (random.nextDouble() * 20 - 10));
    }
    params.bias = bias;
    params.seed = random.nextLong();
    params.minTokens = random.nextInt(4);
    params.ignoreEos = random.nextBoolean();
    params.stopTokens = random.nextBoolean() ? Set.of() : Set.of(random.nextInt(50));
    return params;
  }

  @Test
  void next_randomCombinations_equalsThePlainSampler() {
    long seed = 99;
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      Params built = randomParams(random);
      SamplingParams params = built.build();
      int[] prompt = random.ints(random.nextInt(10), 0, 50).toArray();
      Set<Integer> ends = Set.of(random.nextInt(50));
      SequenceSampler sampler = new SequenceSampler(params, prompt, ends);
      RandomStream stream = new RandomStream(params.seed());
      List<Integer> promptList = Arrays.stream(prompt).boxed().toList();
      List<Integer> generated = new ArrayList<>();
      int vocabulary = 50 + random.nextInt(100);
      for (int i = 0; i < 8; i++) {
        float[] logits = gaussian(random, vocabulary, 0.1 + random.nextDouble() * 5);
        double[] adjusted = PlainSampler.adjusted(logits, params, promptList, generated, ends);
        int expected =
            params.temperature() == 0
                ? argmax(adjusted)
                : PlainSampler.draw(
                    PlainSampler.shares(adjusted, params),
                    params.topK() > 0 || params.topP() < 1,
                    stream.at(i));
        int token = next(sampler, logits);
        assertThat(token)
            .as("seed %d, round %d, token %d: %s", seed, round, i, params)
            .isEqualTo(expected);
        generated.add(token);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 300, 2_000, 5_999})
  void topK_largeVocabularyWithEquals_equalsThePlainSampler(int topK) {
    long seed = 12;
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      Params built = new Params();
      built.topK = topK;
      built.topP = round % 2 == 0 ? 1 : 0.9;
      built.minP = round % 3 == 0 ? 0.05 : 0;
      built.seed = random.nextLong();
      float[] logits = gaussian(random, 6_000, 1 + random.nextInt(4));
      for (int i = 0; i < logits.length; i++) {
        logits[i] = round % 5 == 0 ? Math.round(logits[i]) : logits[i];
      }
      SamplingParams params = built.build();
      double[] raw = PlainSampler.adjusted(logits, params, List.of(), List.of(), Set.of());
      double uniform = new RandomStream(params.seed()).at(0);
      assertThat(next(sampler(built), logits))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(PlainSampler.draw(PlainSampler.shares(raw, params), true, uniform));
    }
  }

  private static int argmax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  @Test
  void next_sameSeed_givesTheSameTokens_otherSeedsOthers() {
    List<List<Integer>> runs = new ArrayList<>();
    for (long seed : new long[] {5, 5, 6, 7}) {
      Params params = new Params();
      params.seed = seed;
      SequenceSampler sampler = sampler(params);
      List<Integer> run = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        run.add(next(sampler, new float[1_000]));
      }
      runs.add(run);
    }
    assertThat(runs.get(0)).isEqualTo(runs.get(1));
    assertThat(Set.copyOf(runs)).hasSize(3);
    long equal = 0;
    for (int i = 0; i < 50; i++) {
      equal += runs.get(0).get(i).equals(runs.get(2).get(i)) ? 1 : 0;
    }
    assertThat(equal).as("chance gives 0.05").isLessThanOrEqualTo(2);
  }

  @Test
  void next_interleavedSequences_doNotDisturbEachOther() {
    Params one = new Params();
    Params other = new Params();
    other.seed = 2;
    other.topK = 10;
    float[] logits = gaussian(new Random(4), 300, 2);
    float[] larger = gaussian(new Random(5), 900, 2);
    SequenceSampler alone = sampler(one);
    SequenceSampler mixed = sampler(one);
    SequenceSampler disturbing = sampler(other);
    for (int i = 0; i < 100; i++) {
      next(disturbing, i % 2 == 0 ? larger : logits);
      assertThat(next(mixed, logits)).isEqualTo(next(alone, logits));
    }
  }

  @Test
  void resume_withGeneratedTokens_goesOnIdentically() {
    Params built = new Params();
    built.frequency = 0.7;
    built.presence = 0.3;
    built.repetition = 1.2;
    built.topP = 0.95;
    built.minTokens = 30;
    SamplingParams params = built.build();
    int[] prompt = {1, 2, 3};
    Random random = new Random(8);
    SequenceSampler broken = new SequenceSampler(params, prompt, Set.of(0));
    int[] generated = new int[60];
    for (int i = 0; i < generated.length; i++) {
      if (i % 7 == 6) {
        int[] soFar = Arrays.copyOf(generated, i);
        broken = new SequenceSampler(params, prompt, Set.of(0), soFar);
      }
      generated[i] = next(broken, gaussian(random, 40, 1));
    }
    SequenceSampler unbroken = new SequenceSampler(params, prompt, Set.of(0));
    Random again = new Random(8);
    for (int token : generated) {
      assertThat(next(unbroken, gaussian(again, 40, 1))).isEqualTo(token);
    }
  }
}
