package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.host.HostAdapters;
import io.chameleon.adapter.pool.AdapterPool;
import io.chameleon.adapter.pool.EvictingKvCells;
import io.chameleon.admission.AdmittedRequest;
import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.fixtures.FakeAdapterDevice;
import io.chameleon.fixtures.ManualClock;
import io.chameleon.fixtures.Requests;
import io.chameleon.fixtures.Samplers;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellUse;
import io.chameleon.request.FinishReason;
import io.chameleon.request.TokenEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The scheduler over the real pool and arena: what fits alone is finished, whatever came before.
 */
class SchedulerOverPoolTest {

  private static final int CELLS = 150;

  private final ManualClock clock = new ManualClock();
  private final FakeAdapterDevice device = new FakeAdapterDevice(SmallAdapters.MODEL, CELLS, 12);
  private final Arena arena = new Arena(CELLS);
  private final AdapterPool pool =
      new AdapterPool(
          SmallAdapters.MODEL,
          new HostAdapters(
              List.of(
                  SmallAdapters.attention("a", 1, 4),
                  SmallAdapters.attention("b", 2, 4),
                  SmallAdapters.mlp("m", 3, 3),
                  SmallAdapters.whole("w", 4, 1))),
          arena,
          device);
  private final EvictingKvCells cells = new EvictingKvCells(arena, pool, device);
  private final Scheduler scheduler =
      new Scheduler(
          new SchedulingLimits(16, 4, 8, 8),
          PolicyKind.FIFO.create(),
          cells,
          pool,
          Samplers::create,
          clock);

  @Test
  void survivor_whoseRowsStandHighInTheWindow_isFinished() {
    // At rest 10 cells and 27 of rows each; while both run, the window has 54.
    assertThat(cells.capacity()).isEqualTo(CELLS - 37);
    RecordingOutput first = enqueue("a", 3, 5);
    RecordingOutput survivor = enqueue("b", 3, cells.capacity() - 3);

    runToEnd();

    assertThat(reason(first)).isEqualTo(FinishReason.LENGTH);
    assertThat(reason(survivor)).isEqualTo(FinishReason.LENGTH);
    assertThat(survivor.tokens()).hasSize(cells.capacity() - 3);
  }

  @Test
  void sequence_longerThanAnyMemory_endsWithAnErrorAndOthersGoOn() {
    RecordingOutput tooLong = enqueue("a", 3, CELLS);
    RecordingOutput other = enqueue("b", 3, 20);

    runToEnd();

    assertThat(tooLong.ending()).isInstanceOf(SequenceEnding.Failed.class);
    assertThat(reason(other)).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void randomSequences_thatFitAlone_areAllFinished() {
    long seed = 20261124;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    String[] names = {null, "a", "b", "m", "w"};
    List<RecordingOutput> outputs = new ArrayList<>();
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < 5; i++) {
        int prompt = 1 + random.nextInt(20);
        int most = cells.capacity() - prompt;
        int output = random.nextInt(3) == 0 ? most : 1 + random.nextInt(30);
        outputs.add(enqueue(names[random.nextInt(names.length)], prompt, output));
      }
      runToEnd();
    }

    assertThat(outputs).allSatisfy(o -> assertThat(reason(o)).isEqualTo(FinishReason.LENGTH));
    assertThat(scheduler.snapshot().preemptions()).isPositive();
  }

  private RecordingOutput enqueue(String adapter, int promptTokens, int maxTokens) {
    RecordingOutput output = new RecordingOutput();
    AdmittedRequest admitted =
        new AdmittedRequest(
            Requests.request(adapter, promptTokens, maxTokens),
            new RequestSize(promptTokens, Math.min(maxTokens, 8)),
            new SizeClass(0, "all"));
    scheduler.enqueue(new Sequence(admitted, Set.of(), output, clock.getAsLong()));
    return output;
  }

  private void runToEnd() {
    int idle = 0;
    while (!scheduler.isEmpty()) {
      var batch = scheduler.schedule();
      batch.ifPresent(step -> scheduler.complete(step, answer(step)));
      idle = batch.isPresent() ? 0 : idle + 1;
      assertThat(idle).as("times in a row that nobody could run").isLessThan(5);
      scheduler.checkIntegrity();
      pool.checkIntegrity();
      assertThat(arena.usedCells(CellUse.KV)).isEqualTo(scheduler.snapshot().lentCells());
    }
    assertThat(arena.usedCells(CellUse.KV) + arena.usedCells(CellUse.WINDOW)).isZero();
  }

  private static StepResult answer(ScheduledBatch scheduled) {
    List<SampledToken> tokens = new ArrayList<>();
    for (SequenceStep step : scheduled.batch().sequences()) {
      tokens.add(step.sampler() == null ? null : new SampledToken(7, 0, List.of()));
    }
    return new StepResult(tokens);
  }

  private static FinishReason reason(RecordingOutput output) {
    return switch (output.ending()) {
      case SequenceEnding.Complete(TokenEvent.Finished finished) -> finished.reason();
      case SequenceEnding.Failed(RuntimeException cause) -> throw new AssertionError(cause);
      case SequenceEnding.Cancelled() -> throw new AssertionError("cancelled");
    };
  }
}
