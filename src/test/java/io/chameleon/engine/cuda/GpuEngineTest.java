package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.engine.Batch;
import io.chameleon.engine.EngineStepException;
import io.chameleon.engine.NextStep;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.memory.CellRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** However a step is run, in one or in parts, its caller is told when the device works. */
class GpuEngineTest {

  private static final int MOST_ROWS = 8;

  private final List<String> events = new ArrayList<>();

  private final Runner runner = new Runner();

  @AutoClose private final GpuEngine engine = new GpuEngine(runner, () -> {});

  private final NextStep next =
      new NextStep() {
        @Override
        public boolean isLast(int place) {
          return false;
        }

        @Override
        public boolean isDecode() {
          return false;
        }

        @Override
        public void launched() {
          events.add("launched");
        }
      };

  /** Tells what it runs, and of a step in one piece when it is launched. */
  private final class Runner implements GpuEngine.StepRunner {
    private int mostTokens = Integer.MAX_VALUE;

    @Override
    public int mostRows() {
      return MOST_ROWS;
    }

    @Override
    public int mostSequences() {
      return MOST_ROWS;
    }

    @Override
    public StepResult run(Batch batch, NextStep known) {
      if (batch.tokens() > mostTokens) {
        throw new IllegalStateException("out of memory");
      }
      known.launched();
      events.add("run of " + batch.tokens());
      SampledToken token = new SampledToken(1, 0, List.of());
      return new StepResult(batch.sequences().stream().map(_ -> token).toList());
    }

    @Override
    public double deviceMillis() {
      return 0;
    }

    @Override
    public Map<String, Double> parts(Batch batch) {
      return Map.of();
    }

    @Override
    public void setBatchInvariant(boolean on) {}

    @Override
    public boolean lacksMemory(RuntimeException failure) {
      return "out of memory".equals(failure.getMessage());
    }
  }

  /** Sequences with so many tokens each. */
  private static Batch batch(int... counts) {
    List<SequenceStep> steps = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      CellRun run = new CellRun(100 * i, 50);
      steps.add(new SequenceStep(new int[counts[i]], 0, counts[i], 0, run, null, null));
    }
    return new Batch(steps);
  }

  @Test
  void step_inOnePiece_isToldByItsRunner() {
    assertThat(engine.isAsynchronous()).isTrue();

    engine.step(batch(3, 4), next);

    assertThat(events).containsExactly("launched", "run of 7");
  }

  @Test
  void step_thatIsTooLarge_isToldBeforeItsParts() {
    StepResult result = engine.step(batch(5, 6), next);

    assertThat(events).containsExactly("launched", "run of 5", "run of 6");
    assertThat(result.tokens()).hasSize(2);
  }

  @Test
  void step_forWhichMemoryIsLacking_isToldBeforeItsParts() {
    runner.mostTokens = 4;

    engine.step(batch(3, 4), next);

    assertThat(events).containsExactly("launched", "run of 3", "run of 4");
  }

  @Test
  void step_inPasses_isToldBeforeThem() {
    engine.setBatchInvariant(true);
    SequenceStep generated =
        new SequenceStep(new int[6], 5, 1, 5, new CellRun(0, 20), null, null, 3);
    SequenceStep prompt = new SequenceStep(new int[4], 0, 4, 0, new CellRun(50, 20), null, null, 4);

    engine.step(new Batch(List.of(generated, prompt)), next);

    assertThat(events).hasSize(3).first().isEqualTo("launched");
  }

  @Test
  void step_thatFails_isNotTold() {
    runner.mostTokens = 0;

    assertThatThrownBy(() -> engine.step(batch(1), next)).isInstanceOf(EngineStepException.class);
    assertThat(events).isEmpty();
  }
}
