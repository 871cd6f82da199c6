package io.chameleon.engine.cuda;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.sampling.SamplingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A batch as up to two: tokens of prompts, then generated ones. The two go through different
 * kernels, and which of them a token goes through may hang on nothing but its place in its own
 * sequence: not on how its prompt was cut, nor on whether it is computed anew.
 */
final class Passes {

  private final int sequences;
  private final List<Pass> passes = new ArrayList<>(2);

  /**
   * One of them.
   *
   * @param places where its sequences stood
   */
  private record Pass(List<SequenceStep> steps, List<Integer> places) {

    void add(SequenceStep step, int place) {
      steps.add(step);
      places.add(place);
    }
  }

  Passes(Batch batch) {
    this.sequences = batch.sequences().size();
    Pass prompts = new Pass(new ArrayList<>(), new ArrayList<>());
    Pass generated = new Pass(new ArrayList<>(), new ArrayList<>());
    for (int place = 0; place < sequences; place++) {
      SequenceStep step = batch.sequences().get(place);
      int prompt = step.promptCount();
      if (prompt == step.count()) {
        prompts.add(step, place);
      } else if (prompt == 0) {
        generated.add(step, place);
      } else {
        prompts.add(step.head(prompt), place);
        generated.add(step.tail(prompt), place);
      }
    }
    for (Pass pass : List.of(prompts, generated)) {
      if (!pass.steps.isEmpty()) {
        passes.add(pass);
      }
    }
  }

  /** Whether it is as it was. */
  boolean isOne() {
    return passes.size() == 1;
  }

  /** Runs them in their order. */
  StepResult run(Function<Batch, StepResult> runner) {
    @Nullable SampledToken[] tokens = new SampledToken[sequences];
    Map<Integer, SamplingException> failures = new HashMap<>();
    for (Pass pass : passes) {
      StepResult result = runner.apply(new Batch(pass.steps));
      for (int i = 0; i < pass.places.size(); i++) {
        if (pass.steps.get(i).sampler() != null) {
          tokens[pass.places.get(i)] = result.tokens().get(i);
        }
      }
      result.failures().forEach((i, failure) -> failures.put(pass.places.get(i), failure));
    }
    return new StepResult(Arrays.asList(tokens), failures);
  }
}
