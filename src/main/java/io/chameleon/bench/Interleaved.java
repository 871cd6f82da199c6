package io.chameleon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Cases that are timed in turns, round after round, so that whatever slows the machine for a while
 * slows all of them.
 */
final class Interleaved {

  /** What is timed, and how long it took each time, in nanoseconds. */
  private record Case(String name, int repeats, Runnable work, List<Long> nanos) {}

  private final List<Case> cases = new ArrayList<>();

  /**
   * Adds a case.
   *
   * @param repeats timed runs in each turn; with more than one, an untimed run goes before them, so
   *     that they do not pay for what the case before has left in the caches
   */
  void add(String name, int repeats, Runnable work) {
    cases.add(new Case(name, repeats, work, new ArrayList<>()));
  }

  /**
   * Runs all cases; once only.
   *
   * @param warmUps untimed runs of each before all; of cases with one run in a turn, which are
   *     long, there is one
   */
  Timings run(int warmUps, int rounds) {
    for (Case one : cases) {
      repeat(one.repeats() > 1 ? warmUps : 1, one);
    }
    for (int round = 0; round < rounds; round++) {
      for (Case one : cases) {
        repeat(one.repeats() > 1 ? 1 : 0, one);
        one.nanos().addAll(repeat(one.repeats(), one));
      }
    }
    return new Timings(cases.stream().collect(Collectors.toMap(Case::name, Case::nanos)));
  }

  private static List<Long> repeat(int times, Case one) {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      one.work().run();
      nanos.add(System.nanoTime() - start);
    }
    return nanos;
  }
}
