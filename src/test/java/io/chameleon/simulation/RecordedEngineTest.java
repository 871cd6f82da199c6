package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.engine.Batch;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.memory.CellRun;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordedEngineTest {

  /** A token of decode at position 5. */
  private static final Batch ONE =
      new Batch(List.of(new SequenceStep(new int[6], 5, 1, 5, new CellRun(0, 6), null, null)));

  private long now;

  private boolean fails;

  private boolean closed;

  private final StringWriter out = new StringWriter();

  @Test
  void step_leavesALineThatCanBeRead_andOneThatFailsNone() {
    try (RecordedEngine engine = recorded(1000)) {
      engine.step(ONE);
      fails = true;
      assertThatThrownBy(() -> engine.step(ONE)).hasMessage("broken");

      assertThat(out.toString().lines().map(StepRecord::parse))
          .containsExactly(new StepRecord(0, 7, new StepLoad(0, 0, 0, 1, 5, 0)));
    }
    assertThat(closed).isTrue();
  }

  @Test
  void log_thatIsFull_growsNoMore() {
    try (RecordedEngine engine = recorded(20)) {
      engine.step(ONE);
      engine.step(ONE);

      assertThat(out.toString()).isEqualTo("0,7,0,0,0,1,5,0\n");
    }
  }

  @Test
  void line_ofOtherNumbers_isRefused() {
    assertThatThrownBy(() -> StepRecord.parse("1,2,3"))
        .hasMessage("a step of 3 numbers; there must be 8: 1,2,3");
  }

  private RecordedEngine recorded(long maxBytes) {
    return new RecordedEngine(new Fake(), () -> now, out, maxBytes);
  }

  /** Takes seven nanoseconds a step. */
  private final class Fake implements InferenceEngine {

    @Override
    public StepResult step(Batch batch) {
      if (fails) {
        throw new IllegalStateException("broken");
      }
      now += 7;
      return new StepResult(List.of());
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
