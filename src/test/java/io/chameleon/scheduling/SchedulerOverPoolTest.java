package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.admission.AdmittedRequest;
import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClass;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.fixtures.Requests;
import io.chameleon.fixtures.Samplers;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallAdapters.Small;
import io.chameleon.fixtures.SmallPool;
import io.chameleon.memory.CellUse;
import io.chameleon.request.FinishReason;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.request.TokenEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The scheduler over the real pool and arena: what fits alone is finished, whatever came before,
 * and however late loads come.
 */
class SchedulerOverPoolTest {

  private static final int CELLS = 150;
  private static final Small[] ADAPTERS = {
    SmallAdapters.attention("a", 1, 4),
    SmallAdapters.attention("b", 2, 4),
    SmallAdapters.mlp("m", 3, 3),
    SmallAdapters.whole("w", 4, 1)
  };
  private static final Small[] WHOLE = {
    SmallAdapters.whole("p", 5, 4), SmallAdapters.whole("q", 6, 4), SmallAdapters.whole("r", 7, 4)
  };
  private static final @Nullable String[] NAMES = {null, "a", "b", "m", "w"};

  /** Loads that have not been made yet. */
  private final Deque<Runnable> loads = new ArrayDeque<>();

  private SmallPool world = new SmallPool(CELLS, ADAPTERS);
  private Scheduler scheduler = scheduler();
  private Random random = new Random(20261124);

  @Test
  void survivor_whoseRowsStandHighInTheWindow_isFinished() {
    // The rows of each take 27 cells; while both run, the window has 54.
    assertThat(world.cells.capacity()).isEqualTo(CELLS - 27);
    RecordingOutput first = enqueue("a", 3, 5);
    RecordingOutput survivor = enqueue("b", 3, world.cells.capacity() - 3);

    runToEnd();

    assertThat(reason(first)).isEqualTo(FinishReason.LENGTH);
    assertThat(reason(survivor)).isEqualTo(FinishReason.LENGTH);
    assertThat(survivor.tokens()).hasSize(world.cells.capacity() - 3);
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
  void burst_ofMoreAdaptersThanCanRestTogether_isServedWhole() {
    // At rest each takes 39 cells, its rows 54.
    tight(100);

    List<RecordingOutput> outputs = new ArrayList<>();
    for (Small adapter : WHOLE) {
      outputs.add(enqueue(adapter.name(), 3, 5));
    }
    runToEnd();

    assertThat(outputs).allSatisfy(o -> assertThat(reason(o)).isEqualTo(FinishReason.LENGTH));
  }

  @Test
  void sequence_whoseReservationIsTooLarge_startsWithLessInTheSamePass() {
    tight(60);
    RecordingOutput tooLong = enqueue("p", 3, 8);

    runToEnd();

    assertThat(tooLong.tokens()).as("what fits beside its rows").hasSize(4);
    assertThat(tooLong.ending())
        .isInstanceOfSatisfying(
            SequenceEnding.Failed.class,
            failed -> assertThat(failed.cause()).isInstanceOf(SequenceTooLongException.class));
  }

  @Test
  void sequence_behindOneThatIsRefused_isStarted() {
    tight(60);
    RecordingOutput hopeless = enqueue("p", 40, 8);
    RecordingOutput next = enqueue("q", 3, 3);

    runToEnd();

    assertThat(hopeless.ending()).isInstanceOf(SequenceEnding.Failed.class);
    assertThat(reason(next)).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void unreadableAdapter_failsItsSequencesAndIsTriedAgainByLaterOnes() {
    slowly(EvictionKind.LRU);
    world.source.failNext(1);
    RecordingOutput first = enqueue("a", 3, 5);
    RecordingOutput second = enqueue("a", 3, 5);
    RecordingOutput other = enqueue("b", 3, 5);
    runToEnd();
    RecordingOutput later = enqueue("a", 3, 5);

    runToEnd();

    assertThat(List.of(first, second))
        .extracting(RecordingOutput::ending)
        .allSatisfy(ending ->
            assertThat(ending)
                .isInstanceOfSatisfying(
                    SequenceEnding.Failed.class,
                    failed ->
                        assertThat(failed.cause())
                            .isInstanceOf(ServiceUnavailableException.class)
                            .hasMessageContaining("`a` could not be read")));
    assertThat(reason(other)).isEqualTo(FinishReason.LENGTH);
    assertThat(reason(later)).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void randomSequences_thatFitAlone_areAllFinished() {
    List<RecordingOutput> outputs = new ArrayList<>();
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < 5; i++) {
        outputs.add(enqueueRandom());
      }
      runToEnd();
    }

    assertThat(outputs).allSatisfy(o -> assertThat(reason(o)).isEqualTo(FinishReason.LENGTH));
    assertThat(scheduler.snapshot().preemptions()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(EvictionKind.class)
  void randomSequences_whoseLoadsComeLate_areAllFinished(EvictionKind kind) {
    slowly(kind);
    List<RecordingOutput> outputs = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      int arrivals = random.nextInt(4);
      for (int i = 0; i < arrivals; i++) {
        outputs.add(enqueueRandom());
      }
      for (int pass = 0; pass < 10; pass++) {
        somethingComes(random.nextInt(3) == 0);
        pass();
      }
    }
    runToEnd();

    System.out.printf(
        "%s: %d sequences, %d preemptions, %d reads, %d uploads%n",
        kind,
        outputs.size(),
        scheduler.snapshot().preemptions(),
        world.source.reads(),
        world.device.uploads());
    assertThat(outputs).allSatisfy(o -> assertThat(reason(o)).isEqualTo(FinishReason.LENGTH));
    assertThat(scheduler.snapshot().preemptions()).isPositive();
    assertThat(world.device.uploads()).isGreaterThan(NAMES.length);
    world.host.close();
    assertThat(world.source.allocatedBytes()).as("host memory that nobody holds").isZero();
  }

  private void tight(int cells) {
    world = new SmallPool(cells, WHOLE);
    scheduler = scheduler();
  }

  /** From now on loads and uploads are made when {@link #somethingComes} says so. */
  private void slowly(EvictionKind kind) {
    world = new SmallPool(CELLS, kind, loads::add, 4_000, ADAPTERS);
    world.device.holdUploads();
    scheduler = scheduler();
  }

  private Scheduler scheduler() {
    return new Scheduler(
        new SchedulingLimits(16, 4, 8, 8),
        PolicyKind.FIFO.create(PolicySettings.DEFAULT),
        world.cells,
        world.pool,
        Samplers::create,
        world.clock);
  }

  private RecordingOutput enqueueRandom() {
    int prompt = 1 + random.nextInt(20);
    int most = world.cells.capacity() - prompt;
    int output = random.nextInt(3) == 0 ? most : 1 + random.nextInt(30);
    return enqueue(NAMES[random.nextInt(NAMES.length)], prompt, output);
  }

  private RecordingOutput enqueue(@Nullable String adapter, int promptTokens, int maxTokens) {
    RecordingOutput output = new RecordingOutput();
    AdmittedRequest admitted =
        new AdmittedRequest(
            Requests.request(adapter, promptTokens, maxTokens),
            new RequestSize(promptTokens, Math.min(maxTokens, 8)),
            new SizeClass(0, "all"));
    scheduler.enqueue(new Sequence(admitted, Set.of(), output, world.clock.getAsLong()));
    return output;
  }

  private void runToEnd() {
    int idle = 0;
    while (!scheduler.isEmpty()) {
      int wakes = world.wakes();
      boolean ran = pass();
      if (scheduler.isStalled() && !scheduler.isEmpty() && world.wakes() == wakes) {
        assertThat(somethingComes(true)).as("what all wait for is on its way").isTrue();
        assertThat(world.wakes()).as("the engine thread wakes").isGreaterThan(wakes);
      }
      idle = ran ? 0 : idle + 1;
      assertThat(idle).as("times in a row that nobody could run").isLessThan(10);
    }
    assertThat(world.space.usedCells(CellUse.KV) + world.space.usedCells(CellUse.WINDOW)).isZero();
    assertThat(world.pool.residents())
        .allSatisfy(r -> assertThat(r.leases() + r.waiting()).isZero());
  }

  /** What the loop does; whether somebody ran. */
  private boolean pass() {
    world.pool.beforePass();
    var batch = scheduler.schedule();
    world.pool.beforeStep();
    batch.ifPresent(step -> scheduler.complete(step, answer(step)));
    scheduler.checkIntegrity();
    world.check();
    assertThat(world.space.usedCells(CellUse.KV)).isEqualTo(scheduler.snapshot().lentCells());
    return batch.isPresent();
  }

  /** Makes one of the loads or uploads that wait; false if there is none. */
  private boolean somethingComes(boolean now) {
    boolean isLoad = world.device.waitingUploads() == 0 || random.nextBoolean();
    if (!now || (loads.isEmpty() && world.device.waitingUploads() == 0)) {
      return false;
    }
    if (isLoad && !loads.isEmpty()) {
      loads.remove().run();
    } else if (world.device.waitingUploads() > 0) {
      world.device.finishUpload(random.nextInt(world.device.waitingUploads()), true);
    } else {
      loads.remove().run();
    }
    return true;
  }

  private static StepResult answer(ScheduledBatch scheduled) {
    List<@Nullable SampledToken> tokens = new ArrayList<>();
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
