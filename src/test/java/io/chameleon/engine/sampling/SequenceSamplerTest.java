package io.chameleon.engine.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.engine.SampledToken;
import io.chameleon.request.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceSamplerTest {

  private static final int[] NO_TOKENS = {};

  private static SequenceSampler sampler(Params params) {
    return new SequenceSampler(params.build(), NO_TOKENS, Set.of());
  }

  private static Params greedy() {
    Params params = new Params();
    params.temperature = 0;
    return params;
  }

  private static int next(SequenceSampler sampler, float... logits) {
    return sampler.next(logits, 0, logits.length).token();
  }

  private static Set<Integer> drawn(Params params, float... logits) {
    SequenceSampler sampler = sampler(params);
    Set<Integer> drawn = new TreeSet<>();
    for (int i = 0; i < 2_000; i++) {
      drawn.add(next(sampler, logits));
    }
    return drawn;
  }

  @Test
  void greedy_equalLogits_takesTheLowestId() {
    assertThat(next(sampler(greedy()), 1, 3, 3, 2)).isEqualTo(1);
  }

  @Test
  void greedy_rowInAStep_readsItsRowAndChangesNothing() {
    float[] logits = {9, 0, 0, 1, 2, 0, 9, 9, 9};
    float[] before = logits.clone();
    Params params = greedy();
    params.bias = Map.of(2, 5f);
    assertThat(sampler(greedy()).next(logits, 3, 3).token()).isEqualTo(1);
    assertThat(sampler(params).next(logits, 3, 3).token()).isEqualTo(2);
    assertThat(logits).isEqualTo(before);
  }

  @Test
  void logitBias_changesTheBest() {
    Params params = greedy();
    params.bias = Map.of(0, 2.5f, 1, -100f);
    assertThat(next(sampler(params), 1, 3, 3, 2)).isEqualTo(0);
  }

  @Test
  void logitBias_outsideTheVocabulary_isAnErrorOfTheSequence() {
    Params params = greedy();
    params.bias = Map.of(4, 1f);
    assertThatThrownBy(() -> next(sampler(params), 1, 2, 3, 4))
        .isInstanceOf(SamplingException.class)
        .hasMessage("logit_bias for token 4; token ids are 0 to 3");
  }

  @Test
  void presencePenalty_countsATokenOnce_frequencyPenaltyEachTime() {
    Params presence = greedy();
    presence.presence = 1;
    SequenceSampler once = sampler(presence);
    assertThat(List.of(next(once, 3, 1.5f), next(once, 3, 1.5f), next(once, 3, 1.5f)))
        .containsExactly(0, 0, 0);
    Params frequency = greedy();
    frequency.frequency = 1;
    SequenceSampler eachTime = sampler(frequency);
    assertThat(List.of(next(eachTime, 3, 1.5f), next(eachTime, 3, 1.5f), next(eachTime, 3, 1.5f)))
        .containsExactly(0, 0, 1);
  }

  @Test
  void repetitionPenalty_countsPromptAndGenerated_dividesOrMultiplies() {
    Params params = greedy();
    params.repetition = 2;
    SequenceSampler sampler = new SequenceSampler(params.build(), new int[] {0}, Set.of());
    assertThat(next(sampler, 3, 2, 1.2f)).as("3 / 2 < 2").isEqualTo(1);
    assertThat(next(sampler, 3, 2, 1.2f)).as("3 / 2 > 1.2 > 2 / 2").isEqualTo(0);
    assertThat(next(sampler, -1, -1.5f, -1.9f)).as("-1 * 2 < -1.9").isEqualTo(2);
  }

  @Test
  void presencePenalty_ofPromptTokens_isNone() {
    Params params = greedy();
    params.presence = 2;
    SequenceSampler sampler = new SequenceSampler(params.build(), new int[] {0}, Set.of());
    assertThat(next(sampler, 3, 2)).isEqualTo(0);
  }

  @Test
  void minTokens_suppressesEndAndStopTokensUntilThen() {
    Params params = greedy();
    params.minTokens = 2;
    params.stopTokens = Set.of(1);
    SequenceSampler sampler = new SequenceSampler(params.build(), NO_TOKENS, Set.of(0));
    assertThat(next(sampler, 9, 8, 7)).isEqualTo(2);
    assertThat(next(sampler, 9, 8, 7)).isEqualTo(2);
    assertThat(next(sampler, 9, 8, 7)).isEqualTo(0);
  }

  @Test
  void minTokens_ignoreEos_suppressesStopTokensOnly() {
    Params params = greedy();
    params.minTokens = 1;
    params.ignoreEos = true;
    params.stopTokens = Set.of(1);
    SequenceSampler sampler = new SequenceSampler(params.build(), NO_TOKENS, Set.of(0));
    assertThat(next(sampler, 8, 9, 7)).isEqualTo(0);
    assertThat(sampler.isEndToken(0)).isFalse();
    assertThat(sampler.isEndToken(1)).isTrue();
  }

  @Test
  void topK_keepsExactlyK_lowerIdsAmongEquals() {
    Params params = new Params();
    params.topK = 2;
    assertThat(drawn(params, 1, 2, 3, 2, 2)).containsExactly(1, 2);
    params.topK = 1;
    assertThat(drawn(params, 1, 2, 3, 3)).containsExactly(2);
    params.topK = 9;
    assertThat(drawn(params, 1, 2, 3)).containsExactly(0, 1, 2);
  }

  @Test
  void topP_keepsTheBestThatHoldTheShare() {
    Params params = new Params();
    float[] logits = logs(0.5, 0.3, 0.15, 0.05);
    params.topP = 0.79;
    assertThat(drawn(params, logits)).containsExactly(0, 1);
    params.topP = 0.81;
    assertThat(drawn(params, logits)).containsExactly(0, 1, 2);
    params.topP = 0.01;
    assertThat(drawn(params, logits)).containsExactly(0);
  }

  @Test
  void topP_afterTopK_isAShareOfWhatTopKLeft() {
    Params params = new Params();
    params.topK = 2;
    params.topP = 0.6;
    // alone, 0.6 of the whole takes two; of the two best, 0.5 holds 0.625
    assertThat(drawn(params, logs(0.5, 0.3, 0.15, 0.05))).containsExactly(0);
  }

  @Test
  void minP_dropsWhatIsUnlikelyRelativeToTheBest() {
    Params params = new Params();
    params.minP = 0.29;
    assertThat(drawn(params, logs(0.5, 0.3, 0.15, 0.05))).containsExactly(0, 1, 2);
    params.minP = 0.31;
    assertThat(drawn(params, logs(0.5, 0.3, 0.15, 0.05))).containsExactly(0, 1);
  }

  @Test
  void temperature_nearZero_isGreedyAndFinite() {
    Params params = new Params();
    params.temperature = 1e-9;
    assertThat(drawn(params, 1, 200, 100)).containsExactly(1);
    params.temperature = 1e-4;
    assertThat(drawn(params, 1, 200, 100)).containsExactly(1);
  }

  @Test
  void suppressedLogits_areNeverDrawn() {
    Params params = new Params();
    float none = Float.NEGATIVE_INFINITY;
    assertThat(drawn(params, none, 1, none, 1)).containsExactly(1, 3);
    params.topK = 3;
    assertThat(drawn(params, none, 1, none, 1)).containsExactly(1, 3);
    params.topK = 0;
    params.topP = 0.99;
    assertThat(drawn(params, none, 1, none, 1)).containsExactly(1, 3);
  }

  private static float[] logs(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]);
    }
    return logits;
  }

  @Test
  void logprobs_areOfTheRawLogits() {
    Params params = greedy();
    params.topLogprobs = 2;
    params.bias = Map.of(3, 100f);
    float[] logits = logs(0.5, 0.3, 0.15, 0.05);
    SampledToken sampled = sampler(params).next(logits, 0, 4);
    assertThat(sampled.token()).isEqualTo(3);
    assertThat(sampled.logprob()).isCloseTo((float) Math.log(0.05), within(1e-6f));
    assertThat(sampled.top()).extracting(TokenLogprob::token).containsExactly(0, 1);
    assertThat(sampled.top().getFirst().logprob()).isCloseTo((float) Math.log(0.5), within(1e-6f));
  }

  @Test
  void logprobs_notAsked_areNone() {
    SampledToken sampled = sampler(greedy()).next(new float[] {1, 2}, 0, 2);
    assertThat(sampled.logprob()).isZero();
    assertThat(sampled.top()).isEmpty();
  }

  @Test
  void logprobs_minusInfinity_isTheFloor() {
    Params params = greedy();
    params.topLogprobs = 20;
    float[] logits = {1, Float.NEGATIVE_INFINITY, 1};
    SampledToken sampled = sampler(params).next(logits, 0, 3);
    assertThat(sampled.top()).extracting(TokenLogprob::token).containsExactly(0, 2, 1);
    assertThat(sampled.top().getLast().logprob()).isEqualTo(-9999f);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 20})
  void logprobs_random_areTheSortedLogSoftmax(int top) {
    Random random = new Random(3);
    float[] logits = new float[500];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = Math.round(random.nextGaussian() * 8) / 4f; // many equals
    }
    Params params = greedy();
    params.topLogprobs = top;
    SampledToken sampled = sampler(params).next(logits, 0, logits.length);
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    List<Integer> ranks = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      ranks.add(i);
    }
    ranks.sort((a, b) -> Float.compare(logits[b], logits[a]));
    assertThat(sampled.top())
        .extracting(TokenLogprob::token)
        .containsExactlyElementsOf(ranks.subList(0, top));
    for (TokenLogprob entry : sampled.top()) {
      assertThat(entry.logprob())
          .isCloseTo((float) (logits[entry.token()] - Math.log(sum)), within(1e-5f));
    }
  }

  @Test
  void next_badRow_failsAndLeavesTheSamplerAsBefore() {
    float nan = Float.NaN;
    float none = Float.NEGATIVE_INFINITY;
    SequenceSampler sampler = sampler(new Params());
    assertThatThrownBy(() -> next(sampler, 1, nan, 2))
        .isInstanceOf(SamplingException.class)
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> next(sampler, nan, nan)).isInstanceOf(SamplingException.class);
    assertThatThrownBy(() -> next(sampler, none, none))
        .isInstanceOf(SamplingException.class)
        .hasMessageContaining("-Infinity");
    assertThatThrownBy(() -> next(sampler, 1, Float.POSITIVE_INFINITY))
        .isInstanceOf(SamplingException.class);
    float[] logits = new float[100];
    assertThat(next(sampler, logits)).isEqualTo(next(sampler(new Params()), logits));
  }

  @Test
  void next_nothingLeftToChoose_fails() {
    Params params = greedy();
    params.minTokens = 1;
    SequenceSampler sampler = new SequenceSampler(params.build(), NO_TOKENS, Set.of(0, 1));
    assertThatThrownBy(() -> next(sampler, 1, 2)).isInstanceOf(SamplingException.class);
  }

  @Test
  void constructor_withoutPrompt_refusesWhatNeedsIt() {
    Params repetition = new Params();
    repetition.repetition = 1.1;
    Params minTokens = new Params();
    minTokens.minTokens = 1;
    for (Params params : List.of(repetition, minTokens)) {
      assertThatThrownBy(() -> new SequenceSampler(params.build()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void drawAhead_beforeATokenIsChosen_isTheDrawAfterIt() {
    Params params = new Params();
    params.bias = Map.of(2, 5f);
    params.minTokens = 2;
    SequenceSampler sampler = new SequenceSampler(params.build(), NO_TOKENS, Set.of(3));

    for (int i = 0; i < 4; i++) {
      DeviceDraw ahead = sampler.drawAhead(5);
      sampler.chosen(1, 0);
      assertThat(ahead).usingRecursiveComparison().isEqualTo(sampler.draw(5));
    }
  }

  @Test
  void drawAhead_withAPenaltyOnTokensSeen_isUnknown() {
    Params params = new Params();
    params.presence = 0.5;

    assertThat(sampler(params).draw(5)).isNotNull();
    assertThat(sampler(params).drawAhead(5)).isNull();
  }
}
