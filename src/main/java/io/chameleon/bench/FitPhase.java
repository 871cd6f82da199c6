package io.chameleon.bench;

import io.chameleon.workload.LengthLaw;
import io.chameleon.workload.RequestLengths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A stretch of time with the same work all over, from which costs are learned: so many clients,
 * each of which sends its next request when the last one has ended.
 *
 * @param name for people
 * @param lengths of the requests
 * @param adapters the number of each client's adapter, which no other client of the phase has, or
 *     {@link #BASE}
 */
record FitPhase(String name, LengthLaw lengths, List<Integer> adapters) {

  static final int BASE = -1;

  private static final int LONG = 512;

  private static final int[] CROWDS = {1, 2, 4, 8, 12, 16};

  /** Prompts that fill the limits of a chunk and of a step, and such that do not. */
  private static final int[] PROMPTS = {16, 64, 192, 384, 768};

  /** Longer than most in the workload, so that many of them see the same context. */
  private static final int ANSWER = 64;

  /** What all costs follow from. The adapters' ranks are those of the stage, in turn. */
  static List<FitPhase> all(ProofStage stage) {
    List<FitPhase> phases = new ArrayList<>();
    for (int prompt : PROMPTS) {
      phases.add(same("prompt %d, base".formatted(prompt), prompt, 1, base(1)));
    }
    phases.add(same("4 prompts of 32, base", 32, 1, base(4)));
    for (int adapter = 0; adapter < stage.ranks().size(); adapter++) {
      String rank = "rank " + stage.rank(adapter);
      phases.add(same("prompt 64, " + rank, 64, 1, List.of(adapter)));
      phases.add(same("prompt 384, " + rank, 384, 1, List.of(adapter)));
      phases.add(same("decode, " + rank, 32, ANSWER, List.of(adapter)));
    }
    for (int crowd : CROWDS) {
      phases.add(same("decode %d, base".formatted(crowd), 32, ANSWER, base(crowd)));
      phases.add(same("decode %d, all ranks".formatted(crowd), 32, ANSWER, first(crowd)));
      phases.add(
          new FitPhase("workload, %d clients".formatted(crowd), stage.lengths(), first(crowd)));
      phases.add(
          new FitPhase("workload, %d of base".formatted(crowd), stage.lengths(), base(crowd)));
    }
    phases.add(same("decode 1 at %d, base".formatted(LONG), LONG, ANSWER, base(1)));
    phases.add(same("decode 8 at %d, base".formatted(LONG), LONG, ANSWER, base(8)));
    return phases;
  }

  private static FitPhase same(String name, int input, int output, List<Integer> adapters) {
    return new FitPhase(name, random -> () -> new RequestLengths(input, output), adapters);
  }

  private static List<Integer> base(int clients) {
    return Collections.nCopies(clients, BASE);
  }

  private static List<Integer> first(int clients) {
    return IntStream.range(0, clients).boxed().toList();
  }
}
