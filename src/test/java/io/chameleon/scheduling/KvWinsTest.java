package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.pool.ResidentView;
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
import io.chameleon.memory.ArenaSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Adapters fill the arena; then long prompts come, until KV needs all of it; then they end. Nobody
 * fails, nobody waits for a cell that an idle adapter holds, what KV takes the cache gives, and in
 * the end the cache has it back.
 */
class KvWinsTest {

  private static final int CELLS = 600;
  private static final int ADAPTERS = 15;
  private static final int RAMP_STEPS = 120;
  private static final int GROWTH = 8;
  private static final int MOST_RUNNING = 64;
  private static final long SEED = 20261125;

  private final SmallPool world =
      new SmallPool(
          CELLS,
          IntStream.range(0, ADAPTERS)
              .mapToObj(i -> SmallAdapters.whole("adapter-" + i, i + 1, 4))
              .toArray(Small[]::new));
  private final Scheduler scheduler =
      new Scheduler(
          new SchedulingLimits(512, MOST_RUNNING, 512, GROWTH),
          PolicyKind.FIFO.create(PolicySettings.DEFAULT),
          world.cells,
          world.pool,
          Samplers::create,
          world.clock);
  private final List<RecordingOutput> outputs = new ArrayList<>();
  private final List<ArenaSnapshot> samples = new ArrayList<>();
  private int peakKv;
  private int largest;

  @Test
  void promptsThatNeedAllMemory_getItFromIdleAdaptersWhichComeBackAfterwards() {
    useAllAdapters();
    int full = world.pool.snapshot().adapter();
    assertThat(full).as("cells of the cache before").isGreaterThan(CELLS * 9 / 10);

    largest = world.pool.residents().stream().mapToInt(ResidentView::cells).max().orElseThrow();
    ramp();

    int least = samples.stream().mapToInt(ArenaSnapshot::adapter).min().orElseThrow();
    int most = peakKv;
    System.out.printf(
        "seed %d: cache %d cells, then %d while KV had %d of %d; %d preemptions%n",
        SEED, full, least, most, CELLS, scheduler.snapshot().preemptions());
    assertThat(most).as("most cells of KV").isGreaterThan(CELLS * 95 / 100);
    assertThat(least).as("fewest cells of the cache").isZero();
    runToEnd();
    useAllAdapters();
    assertThat(world.pool.snapshot().adapter()).as("cells of the cache after").isEqualTo(full);
    assertThat(outputs)
        .allSatisfy(o -> assertThat(o.ending()).isInstanceOf(SequenceEnding.Complete.class));
    world.check();
  }

  private void ramp() {
    System.out.println("seed " + SEED);
    Random random = new Random(SEED);
    for (int step = 0; step < RAMP_STEPS; step++) {
      enqueue(null, 10 + random.nextInt(30), 1 + random.nextInt(40));
      step();
      requireMirror();
      requireNobodyWaitsForIdleMemory();
    }
  }

  /** What KV never needed, the cache still has, save for a part of one adapter. */
  private void requireMirror() {
    int kept = world.pool.snapshot().adapter();
    assertThat(kept).as("cache where KV had %d", peakKv).isGreaterThan(CELLS - peakKv - largest);
  }

  private void requireNobodyWaitsForIdleMemory() {
    SchedulerSnapshot now = scheduler.snapshot();
    if (now.waiting() > 0 && now.running() < MOST_RUNNING) {
      int idle = world.pool.residents().stream().mapToInt(ResidentView::cells).sum();
      assertThat(idle).as("cells of idle adapters while %d wait", now.waiting()).isZero();
    }
  }

  private void useAllAdapters() {
    for (int i = 0; i < ADAPTERS; i++) {
      enqueue("adapter-" + i, 2, 2);
      runToEnd();
    }
  }

  private void runToEnd() {
    while (!scheduler.isEmpty()) {
      step();
    }
  }

  private void step() {
    world.clock.advance(Duration.ofMillis(10));
    world.pool.beforePass();
    scheduler
        .schedule()
        .ifPresent(batch -> {
          samples.add(world.pool.snapshot());
          peakKv = Math.max(peakKv, world.pool.snapshot().kv());
          world.pool.beforeStep();
          scheduler.complete(batch, answer(batch));
        });
    scheduler.checkIntegrity();
    world.check();
  }

  private void enqueue(String adapter, int promptTokens, int maxTokens) {
    RecordingOutput output = new RecordingOutput();
    AdmittedRequest admitted =
        new AdmittedRequest(
            Requests.request(adapter, promptTokens, maxTokens),
            new RequestSize(promptTokens, Math.min(maxTokens, GROWTH)),
            new SizeClass(0, "all"));
    outputs.add(output);
    scheduler.enqueue(new Sequence(admitted, Set.of(), output, world.clock.getAsLong()));
  }

  private static StepResult answer(ScheduledBatch scheduled) {
    List<SampledToken> tokens = new ArrayList<>();
    for (SequenceStep step : scheduled.batch().sequences()) {
      tokens.add(step.sampler() == null ? null : new SampledToken(7, 0, List.of()));
    }
    return new StepResult(tokens);
  }
}
