package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.Batch;
import io.chameleon.engine.NextStep;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.sampling.TokenSampler;
import io.chameleon.memory.CellRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepPipelineTest {

  private static final int CELLS = 64;

  private final FakeDevice device = new FakeDevice();
  private long now;

  /** Steps that had been put into the queue whenever one was said to run. */
  private final List<Integer> said = new ArrayList<>();

  private final StepPipeline pipeline = new StepPipeline(device, () -> now += 100_000);

  @Test
  void steps_ofSequencesThatGoOn_areInTheQueueBeforeTheyAreAskedFor() {
    List<Running> running = List.of(new Running(0, 20), new Running(1, 20), new Running(2, 20));

    for (int i = 0; i < 20; i++) {
      step(running, place -> false, true);
    }

    running.forEach(Running::check);
    assertThat(device.launched).isEqualTo(1);
    assertThat(device.ahead).as("one too many, for nobody has said that they end").isEqualTo(20);
  }

  @Test
  void step_thatWasInTheQueueBefore_saysSo() {
    List<Running> running = List.of(new Running(0, 20));

    assertThat(step(running, place -> false, true).isAhead()).isFalse();
    assertThat(step(running, place -> false, false).isAhead()).isTrue();
    assertThat(step(running, place -> false, false).isAhead()).isFalse();
  }

  @Test
  void step_thatIsAskedFor_isSaidToRunOnceWhetherItWasInTheQueueBeforeOrNot() {
    List<Running> running = List.of(new Running(0, 20));

    for (int i = 1; i <= 5; i++) {
      step(running, place -> false, i < 4);
      assertThat(said).hasSize(i);
    }

    assertThat(said).as("steps in the queue by then").containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void step_withARowThatChoosesNothing_isFollowedByNoneAhead() {
    Running prompt = new Running(0, 10);
    Running decodes = new Running(1, 10);
    prompt.chooses = false;

    step(List.of(prompt, decodes), place -> place == 0, true);

    assertThat(device.ahead).isZero();
    assertThat(device.resets).isZero();
  }

  @Test
  void step_afterWhichSomeoneJoins_isNotPrepared() {
    Running first = new Running(0, 10);

    step(List.of(first), place -> false, false);
    step(List.of(first, new Running(1, 10)), place -> false, false);

    first.check();
    assertThat(device.ahead).isZero();
  }

  @Test
  void sequence_thatEndsWithoutWord_costsItsRowAlone() {
    Running stays = new Running(0, 10);
    Running ends = new Running(1, 10);

    step(List.of(ends, stays), place -> false, true);
    step(List.of(stays), place -> false, true);
    step(List.of(stays), place -> false, true);

    stays.check();
    assertThat(device.launched).isEqualTo(1);
    assertThat(device.lastRows).isEqualTo(1);
  }

  @Test
  void sequence_whoseCellsMoved_runsAgain() {
    Running moved = new Running(0, 10);

    step(List.of(moved), place -> false, true);
    moved.start += 1000;
    step(List.of(moved), place -> false, true);

    moved.check();
    assertThat(device.launched).isEqualTo(2);
  }

  @Test
  void sequence_withoutACellForAnotherToken_isNotPrepared() {
    Running full = new Running(0, 10);
    full.cells = 1;

    step(List.of(full), place -> false, true);

    assertThat(device.ahead).isZero();
  }

  @Test
  void preparation_thatFails_leavesTheStepAlone() {
    Running running = new Running(0, 10);
    device.failsAhead = true;

    step(List.of(running), place -> false, true);
    step(List.of(running), place -> false, true);

    running.check();
    assertThat(device.resets).isEqualTo(2);
    assertThat(device.launched).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void sequences_thatComeAndGoAtRandom_getTheTokensThatTheyGetAlone(long seed) {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    List<Running> running = new ArrayList<>();
    int made = 0;
    for (int i = 0; i < 2000; i++) {
      boolean joins = running.isEmpty() || random.nextInt(6) == 0;
      if (joins && running.size() < 8) {
        running.add(
            random.nextInt(running.size() + 1), new Running(made++, 1 + random.nextInt(40)));
      }
      running.forEach(r -> r.start += random.nextInt(60) == 0 ? 500 : 0);
      List<Running> now = List.copyOf(running);
      boolean knows = random.nextBoolean();
      step(now, place -> knows && now.get(place).isLast(), random.nextInt(5) > 0);
      running.removeIf(Running::hasEnded);
      running.removeIf(r -> random.nextInt(50) == 0);
      now.forEach(Running::check);
    }
    System.out.printf("%d launched, %d ahead%n", device.launched, device.ahead);
    assertThat(device.ahead).isGreaterThan(500);
    assertThat(device.launched).isGreaterThan(200).isLessThan(2000);
  }

  private StepResult step(List<Running> running, IntPredicate isLast, boolean isDecode) {
    List<SequenceStep> steps = running.stream().map(Running::step).toList();
    StepResult result = pipeline.run(new StepRows(new Batch(steps)), next(isLast, isDecode));
    for (int i = 0; i < steps.size(); i++) {
      if (result.tokens().get(i) != null) {
        running.get(i).tokens.add(result.tokens().get(i).token());
      }
    }
    return result;
  }

  private NextStep next(IntPredicate isLast, boolean isDecode) {
    return new NextStep() {
      @Override
      public boolean isLast(int place) {
        return isLast.test(place);
      }

      @Override
      public boolean isDecode() {
        return isDecode;
      }

      @Override
      public void launched() {
        said.add(device.launched + device.ahead);
      }
    };
  }

  /** The token that a sequence chooses where one was fed at a position. */
  private static int chosen(int sequence, int position, int fed) {
    return Math.floorMod(31 * (31 * (31 * sequence + position) + fed) + 7, 10_007);
  }

  /** Which sequence it is, as the device's random numbers know it. */
  private record Sampler(int sequence) implements TokenSampler {
    @Override
    public SampledToken next(float[] logits, int offset, int vocabularySize) {
      throw new IllegalStateException("the device chooses");
    }
  }

  private static final class Running {
    private final int sequence;
    private final int length;
    private final Sampler sampler;
    private final List<Integer> tokens = new ArrayList<>(List.of(1));
    private int start;
    private int cells = CELLS;
    private boolean chooses = true;

    Running(int sequence, int length) {
      this.sequence = sequence;
      this.length = length;
      this.sampler = new Sampler(sequence);
      this.start = sequence * CELLS;
    }

    SequenceStep step() {
      int[] all = tokens.stream().mapToInt(Integer::intValue).toArray();
      int position = all.length - 1;
      CellRun run = new CellRun(start, cells);
      return new SequenceStep(all, position, 1, position, run, null, chooses ? sampler : null);
    }

    boolean isLast() {
      return tokens.size() == length;
    }

    boolean hasEnded() {
      return tokens.size() > length;
    }

    void check() {
      for (int i = 1; i < tokens.size(); i++) {
        assertThat(tokens.get(i)).isEqualTo(chosen(sequence, i - 1, tokens.get(i - 1)));
      }
    }
  }

  /**
   * Chooses in the order of launches, as a queue does, and tells nobody before it is waited for.
   */
  private static final class FakeDevice implements StepPipeline.Device {
    private final int[][] fetched = new int[2][];
    private final Map<Integer, int[]> results = new HashMap<>();
    private int[] onDevice = new int[0];
    private int[] feeds = new int[0];
    private int launched;
    private int ahead;
    private int resets;
    private int lastRows;
    private boolean failsAhead;

    @Override
    public void launch(StepRows rows, int slot) {
      launched++;
      put(rows, slot, rows.steps().stream().mapToInt(s -> s.tokens()[s.from()]).toArray());
    }

    @Override
    public boolean prepareAhead(StepRows rows, int[] chosen, int slot) {
      feeds = Arrays.copyOf(chosen, chosen.length);
      return true;
    }

    @Override
    public void launchAhead(StepRows rows, int slot) {
      if (failsAhead) {
        throw new IllegalStateException("out of memory");
      }
      ahead++;
      put(rows, slot, Arrays.stream(feeds).map(row -> onDevice[row]).toArray());
    }

    private void put(StepRows rows, int slot, int[] fed) {
      int[] chosen = new int[rows.rows()];
      for (int row = 0; row < chosen.length; row++) {
        SequenceStep step = rows.steps().get(row);
        if (step.sampler() instanceof Sampler sampler) {
          chosen[row] = chosen(sampler.sequence(), step.position(), fed[row]);
        }
      }
      onDevice = chosen;
      results.put(slot, chosen);
      lastRows = chosen.length;
    }

    @Override
    public void reset() {
      resets++;
    }

    @Override
    public boolean isDone(int slot) {
      return false;
    }

    @Override
    public void await(int slot) {
      fetched[slot] = results.get(slot);
    }

    @Override
    public double millis(int slot) {
      return 1;
    }

    @Override
    public int token(int slot, int row) {
      return fetched[slot][row];
    }

    @Override
    public StepResult result(StepRows rows, int slot, int[] from, boolean isAhead) {
      List<@Nullable SampledToken> tokens = new ArrayList<>();
      for (int i = 0; i < rows.rows(); i++) {
        tokens.add(null);
      }
      int wanted = 0;
      for (int i = 0; i < rows.rows(); i++) {
        if (rows.steps().get(i).sampler() != null) {
          tokens.set(rows.place(i), new SampledToken(fetched[slot][from[wanted++]], 0, List.of()));
        }
      }
      return new StepResult(tokens, Map.of(), isAhead);
    }
  }
}
