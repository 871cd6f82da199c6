package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.cuda.Gpu;
import io.chameleon.model.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * In batch-invariant steps, in bf16, the logits of a sequence are bit for bit the same alone and in
 * any company, however its prompt is cut, and computed anew: of the base model, and of adapters of
 * ranks 4, 32 and 128. What differs without is printed.
 */
@Tag("gpu")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchInvariantTest {

  private static final long SEED = 20261130;

  /** Rows of a step in which nothing is run in parts. */
  private static final int ROWS = 6144;

  private static final int SEQUENCES = 96;

  private static final int[] COMPANIES = {1, 7, 33, 64};

  private static final int[] CHUNKS = {1, 7, 16, 129};

  private @Nullable EngineBench open;

  /** Whose sequences are looked at. */
  enum Subject {
    BASE(null),
    RANK_4("weather"),
    RANK_32("sql"),
    RANK_128("shakespeare");

    private final @Nullable String adapter;

    Subject(@Nullable String adapter) {
      this.adapter = adapter;
    }
  }

  @BeforeAll
  void open() {
    Gpu.require();
    System.out.println("seed " + SEED);
    // Before the other, for libtorch works on one device's stream at a time.
    printWhatDiffersWithoutTheMode();
    open = demo(Gpu.batchInvariant(ElementType.BF16, ROWS, SEQUENCES));
  }

  @AfterAll
  void close() {
    if (open != null) {
      open.checkIdle();
      open.close();
    }
  }

  private EngineBench bench() {
    return Objects.requireNonNull(open);
  }

  @ParameterizedTest
  @EnumSource(Subject.class)
  void logits_inRandomCompany_areThoseOfTheSequenceAlone(Subject subject) {
    assertThat(companies(bench(), subject)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Subject.class)
  void logits_ofAPromptInChunks_areThoseOfThePromptInOne(Subject subject) {
    assertThat(chunks(bench(), subject)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Subject.class)
  void logits_behindTokensComputedAnew_areThoseOfTokensThatWereGenerated(Subject subject) {
    assertThat(restarts(bench(), subject)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Subject.class)
  void choices_ofTheDeviceInStepsPreparedAhead_areThoseOfTheSequenceAlone(Subject subject) {
    Random random = new Random(SEED + subject.name().hashCode());
    for (SeededRun.Ask ask : Company.asks(bench(), subject.adapter, Company.PROMPTS, random)) {
      SeededRun alone = new Company(bench(), 1, random).byTheEngine().meets(ask, Integer.MAX_VALUE);
      for (int rows : COMPANIES) {
        SeededRun together = new Company(bench(), rows, random).byTheEngine().meets(ask, 64);
        String name = "%s, prompt of %d, among %d".formatted(subject, ask.prompt().length, rows);
        assertThat(together.generated()).as(name).isEqualTo(alone.generated());
        assertThat(together.logprobBits()).as(name).isEqualTo(alone.logprobBits());
      }
    }
  }

  private static void printWhatDiffersWithoutTheMode() {
    try (EngineBench other = demo(Gpu.of(ElementType.BF16))) {
      for (Subject subject : List.of(Subject.BASE, Subject.RANK_32)) {
        System.out.printf(
            "without the mode, %s: in company %s; in chunks %s; computed anew %s%n",
            subject,
            summary(companies(other, subject)),
            summary(chunks(other, subject)),
            summary(restarts(other, subject)));
      }
      other.checkIdle();
    }
  }

  private static String summary(List<String> differ) {
    return differ.isEmpty() ? "none differ" : differ.size() + " differ, first " + differ.getFirst();
  }

  /** What differs in company: one line for each sequence that met it. */
  private static List<String> companies(EngineBench bench, Subject subject) {
    Random random = new Random(SEED + subject.name().hashCode());
    Differences differ = new Differences(subject + " in company");
    for (SeededRun.Ask ask : Company.asks(bench, subject.adapter, Company.PROMPTS, random)) {
      SeededRun alone = Company.alone(bench, ask, Integer.MAX_VALUE);
      for (int rows : COMPANIES) {
        SeededRun together = new Company(bench, rows, random).meets(ask, Integer.MAX_VALUE);
        differ.compare("among %d rows".formatted(rows), alone, together);
      }
    }
    return differ.told();
  }

  private static List<String> chunks(EngineBench bench, Subject subject) {
    Random random = new Random(SEED + subject.name().hashCode());
    Differences differ = new Differences(subject + " in chunks");
    for (SeededRun.Ask ask : Company.asks(bench, subject.adapter, Company.PROMPTS, random)) {
      SeededRun whole = Company.alone(bench, ask, Integer.MAX_VALUE);
      for (int chunk : CHUNKS) {
        String name = "chunks of %d".formatted(chunk);
        differ.compare(name, whole, Company.alone(bench, ask, chunk));
        if (chunk > 1) {
          SeededRun beside = new Company(bench, 9, random).meets(ask, chunk);
          differ.compare(name + " among 9 rows", whole, beside);
        }
      }
    }
    return differ.told();
  }

  private static List<String> restarts(EngineBench bench, Subject subject) {
    Random random = new Random(SEED + subject.name().hashCode());
    Differences differ = new Differences(subject + " computed anew");
    for (SeededRun.Ask ask : Company.asks(bench, subject.adapter, Company.PROMPTS, random)) {
      SeededRun once = Company.alone(bench, ask, Integer.MAX_VALUE);
      for (int chunk : new int[] {5, Integer.MAX_VALUE}) {
        SeededRun anew = new Company(bench, 1, random).restarting().meets(ask, chunk);
        differ.compare("chunks of %d".formatted(chunk), once, anew);
      }
    }
    return differ.told();
  }

  private static EngineBench demo(ComputeDevice device) {
    return EngineBench.demo(device, UnaryOperator.identity());
  }

  /** Counts comparisons and tells of those that failed. */
  private static final class Differences {
    private final String what;
    private final List<String> found = new ArrayList<>();
    private int compared;

    Differences(String what) {
      this.what = what;
    }

    void compare(String name, SeededRun one, SeededRun other) {
      compared++;
      one.firstDifference(other)
          .ifPresent(step ->
              found.add(
                  "prompt of %d, %s: from the logits of token %d on"
                      .formatted(one.ask.prompt().length, name, step)));
    }

    List<String> told() {
      System.out.printf("%s: %d of %d differ%n", what, found.size(), compared);
      return found;
    }
  }
}
