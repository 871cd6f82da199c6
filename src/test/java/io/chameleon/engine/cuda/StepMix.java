package io.chameleon.engine.cuda;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.memory.CellRun;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a step.
 *
 * @param name what is told of it
 * @param members sequences
 */
record StepMix(String name, List<Member> members) {

  /** Cells of nobody's between the runs of two sequences. */
  private static final int GAP = 3;

  /** Lengths of what a single token sees, itself included. */
  private static final int[] CONTEXTS = {1, 5, 33, 512, 1500};

  /** Of many rows, which have no room for long ones. */
  private static final int[] SHORT = {1, 5, 33, 40};

  private static final @Nullable String[] ADAPTERS = {
    null,
    "rank 1",
    "rank 3",
    "rank 100",
    "rank 16",
    "attention alone",
    "MLP alone",
    "ranks 64 and 5",
    "rank 3"
  };

  /**
   * A sequence.
   *
   * @param length tokens of it that are in the arena when the step is done
   * @param count tokens of them that the step adds
   * @param adapter its adapter's name, or null
   */
  record Member(int length, int count, @Nullable String adapter) {}

  @Override
  public String toString() {
    return name;
  }

  /** Only stands whose tests say so have it. */
  static final String RANK_130_OF_DOWN = "rank 130 of down";

  /** Single tokens over each context alone and in company, and chunks. */
  static Stream<StepMix> contexts() {
    Stream<StepMix> alone =
        IntStream.of(CONTEXTS)
            .mapToObj(length -> of("1 row over " + length, new Member(length, 1, null)));
    return Stream.concat(
        alone,
        Stream.of(
            of(
                "3 rows",
                new Member(1500, 1, null),
                new Member(5, 1, null),
                new Member(33, 1, null)),
            decode(17, CONTEXTS),
            decode(64, SHORT),
            of(
                "chunks of 2, 16 and 65",
                new Member(1500, 2, null),
                new Member(16, 16, null),
                new Member(577, 65, null)),
            of("a chunk of 128", new Member(128, 128, null)),
            of(
                "a row and chunks of 3, 64 and 129",
                new Member(33, 1, null),
                new Member(640, 3, null),
                new Member(191, 64, null),
                new Member(129, 129, null)),
            of("chunks of 200 and 50", new Member(900, 200, null), new Member(513, 50, null)),
            mixed()));
  }

  /** Some of them, for what takes long. */
  static Stream<StepMix> fewContexts() {
    return Stream.of(of("1 row", new Member(1500, 1, null)), decode(3, CONTEXTS), mixed());
  }

  /** Adapters of each rank alone, of mixed ranks, many rows of one, and chunks. */
  static Stream<StepMix> adapters() {
    return Stream.of(
        rows(1, "rank 1"),
        rows(1, "rank 3"),
        rows(1, "rank 100"),
        rows(1, "ranks 64 and 5"),
        rows(2, "ranks by module"),
        of("a chunk of ranks by module", new Member(40, 33, "ranks by module")),
        of("a chunk of rank 200", new Member(70, 67, "rank 200")),
        of("a chunk of o alone", new Member(40, 33, "o alone")),
        of(
            "chunks of 130, 60 and 50",
            new Member(135, 130, "rank 200"),
            new Member(60, 60, "rank 3"),
            new Member(50, 50, "ranks 64 and 5")),
        rows(1, "rank 200"),
        rows(3, "rank 200"),
        rows(11, "rank 200"),
        of(
            "rows of o alone, rank 3 and base",
            new Member(5, 1, "o alone"),
            new Member(33, 1, "rank 3"),
            new Member(1, 1, null)),
        rows(3, "rank 100"),
        rows(16, "rank 3"),
        rows(20, "rank 1"),
        rows(24, "rank 100"),
        of(
            "base, rank 3 and rank 100",
            new Member(1, 1, "rank 3"),
            new Member(5, 1, null),
            new Member(5, 1, "rank 100")),
        decode(17, SHORT),
        decode(64, SHORT),
        mixed());
  }

  /**
   * Chunks of several tiles of rows, of adapters whose rank, or whose modules' inputs, go beyond
   * what is multiplied at a time.
   */
  static Stream<StepMix> longChunks() {
    return Stream.of(
        of("a chunk of 256 of rank 200", new Member(256, 256, "rank 200")),
        of("a chunk of 64 of rank 130 of down", new Member(64, 64, RANK_130_OF_DOWN)),
        of(
            "chunks of 193 and 40",
            new Member(193, 193, RANK_130_OF_DOWN),
            new Member(40, 40, "rank 100")),
        of("a chunk of 193 of ranks by module", new Member(193, 193, "ranks by module")),
        of("a chunk of 140 of o alone", new Member(150, 140, "o alone")));
  }

  /** For a whole step. */
  static Stream<StepMix> whole() {
    return Stream.of(
        of("1 row of the base", new Member(33, 1, null)),
        rows(24, "rank 100"),
        decode(17, SHORT),
        mixed());
  }

  /** Rows of single tokens of one adapter. */
  static StepMix rows(int rows, String adapter) {
    return new StepMix(
        "%d rows of %s".formatted(rows, adapter),
        IntStream.range(0, rows)
            .mapToObj(i -> new Member(SHORT[i % SHORT.length], 1, adapter))
            .toList());
  }

  /** The same with one of the base model more. */
  static StepMix rowsAndBase(int rows, String adapter) {
    List<Member> members = new ArrayList<>(rows(rows, adapter).members);
    members.add(new Member(5, 1, null));
    return new StepMix("%d rows of %s and one of the base".formatted(rows, adapter), members);
  }

  /** Rows of single tokens of all adapters and of the base model. */
  static StepMix decode(int rows, int... lengths) {
    return decodeFrom(0, rows, lengths);
  }

  /** The same, beginning with another of the adapters. */
  static StepMix decodeFrom(int first, int rows, int... lengths) {
    return new StepMix(
        rows + " rows",
        IntStream.range(0, rows)
            .mapToObj(i ->
                new Member(lengths[i % lengths.length], 1, ADAPTERS[(first + i) % ADAPTERS.length]))
            .toList());
  }

  private static StepMix mixed() {
    List<Member> members = new ArrayList<>();
    members.add(new Member(35, 2, "rank 3"));
    members.add(new Member(577, 65, "ranks 64 and 5"));
    members.addAll(decode(17, SHORT).members);
    members.add(new Member(21, 16, "rank 100"));
    members.add(new Member(65, 65, "rank 1"));
    members.add(new Member(5, 5, null));
    return new StepMix("17 rows beside chunks of 2, 65, 16, 65 and 5", members);
  }

  private static StepMix of(String name, Member... members) {
    return new StepMix(name, List.of(members));
  }

  /** The rows, with random tokens, in cells of the stand's arena. */
  StepRows on(OperatorStand stand, SplittableRandom random) {
    int vocabulary = stand.model.config().vocabularySize();
    List<SequenceStep> steps = new ArrayList<>();
    int cell = GAP;
    for (Member member : members) {
      int[] tokens =
          IntStream.range(0, member.count).map(i -> random.nextInt(vocabulary)).toArray();
      CellRun run = new CellRun(cell, member.length + 1);
      steps.add(
          new SequenceStep(
              tokens,
              0,
              member.count,
              member.length - member.count,
              run,
              stand.adapter(member.adapter),
              StepMix::refuse));
      cell = run.end() + GAP;
    }
    if (cell > stand.cellsBefore()) {
      throw new IllegalStateException(
          "%s takes %d cells of %d".formatted(name, cell, stand.cellsBefore()));
    }
    return new StepRows(new Batch(steps));
  }

  private static SampledToken refuse(float[] logits, int offset, int vocabularySize) {
    throw new IllegalStateException("nothing is sampled here");
  }
}
