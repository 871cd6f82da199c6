package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.sampling.SamplingException;
import io.chameleon.engine.sampling.TokenSampler;
import io.chameleon.memory.CellRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where no row may depend on the others, which kernels a token goes through is its own affair. */
class PassesTest {

  private static final int PROMPT = 10;
  private static final TokenSampler SAMPLER =
      (logits, offset, size) -> {
        throw new IllegalStateException("nothing is sampled here");
      };

  /** The tokens that each sequence of a pass feeds, as from:to, and whether it chooses. */
  private final List<List<String>> ran = new ArrayList<>();

  @Test
  void batch_ofGeneratedTokensAlone_isOnePass() {
    assertThat(new Passes(batch(step(10, 1, SAMPLER), step(12, 1, SAMPLER))).isOne()).isTrue();
  }

  @Test
  void singleTokenOfAPrompt_inTheMiddleAndAtItsEnd_goesWithPrompts() {
    run(step(3, 1, null), step(9, 1, SAMPLER), step(10, 1, SAMPLER), step(0, 4, null));

    assertThat(ran)
        .containsExactly(List.of("3:4", "9:10 chooses", "0:4"), List.of("10:11 chooses"));
  }

  @Test
  void sequenceComputedAnew_isCutWhereItsPromptEnds_andPromptsComeFirst() {
    run(step(11, 1, SAMPLER), step(4, 12, SAMPLER), step(12, 3, null));

    assertThat(ran)
        .containsExactly(List.of("4:10"), List.of("11:12 chooses", "10:16 chooses", "12:15"));
  }

  @Test
  void tokensAndFailures_standWhereTheirSequencesStood() {
    Passes passes =
        new Passes(
            batch(
                step(10, 1, SAMPLER), step(4, 12, SAMPLER), step(6, 4, SAMPLER), step(0, 2, null)));
    SamplingException failure = new SamplingException("a logit is NaN");

    StepResult result =
        passes.run(pass -> {
          boolean isPrompt = pass.sequences().getFirst().promptCount() > 0;
          List<@Nullable SampledToken> tokens = new ArrayList<>();
          for (SequenceStep step : pass.sequences()) {
            tokens.add(step.sampler() == null ? null : token(100 + step.position()));
          }
          tokens.set(isPrompt ? 1 : 0, null);
          return new StepResult(tokens, isPrompt ? Map.of(1, failure) : Map.of());
        });

    assertThat(result.tokens()).containsExactly(null, token(110), null, null);
    assertThat(result.failures()).containsExactly(Map.entry(2, failure));
  }

  @Test
  void rows_ofOneKind_goTheirOwnWayWhateverTheirNumber() {
    StepRows prompts = StepRows.ofOneKind(batch(step(3, 1, null), step(0, 4, null)));
    StepRows generated = StepRows.ofOneKind(batch(step(10, 4, null), step(13, 1, SAMPLER)));

    assertThat(prompts.kind()).isEqualTo(StepRows.Kind.PROMPT);
    assertThat(prompts.decodeRows()).isZero();
    assertThat(prompts.isDecode()).isFalse();
    assertThat(prompts.hasPrompts()).isTrue();
    assertThat(generated.kind()).isEqualTo(StepRows.Kind.GENERATED);
    assertThat(generated.hasPrompts()).isFalse();
    assertThat(generated.isDecode()).isFalse();
    assertThat(StepRows.ofOneKind(batch(step(13, 1, SAMPLER))).isDecode()).isTrue();
    assertThat(generated.with(generated.steps()).kind()).isEqualTo(StepRows.Kind.GENERATED);
  }

  private void run(SequenceStep... steps) {
    new Passes(batch(steps))
        .run(pass -> {
          ran.add(
              pass.sequences().stream()
                  .map(step ->
                      "%d:%d%s"
                          .formatted(
                              step.position(),
                              step.position() + step.count(),
                              step.sampler() == null ? "" : " chooses"))
                  .toList());
          return new StepResult(Collections.nCopies(pass.sequences().size(), null));
        });
  }

  private static SampledToken token(int id) {
    return new SampledToken(id, 0, List.of());
  }

  private static Batch batch(SequenceStep... steps) {
    return new Batch(List.of(steps));
  }

  private static SequenceStep step(int position, int count, @Nullable TokenSampler sampler) {
    return new SequenceStep(
        new int[20], position, count, position, new CellRun(0, 20), null, sampler, PROMPT);
  }
}
