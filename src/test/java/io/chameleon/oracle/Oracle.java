package io.chameleon.oracle;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** Runs golden cases through the engine, alone or in random company. */
final class Oracle {

  /**
   * What came of a set of cases.
   *
   * @param cases how many ran
   * @param wrong how many gave another token than the golden one where no tie excuses it
   * @param tied how many met two best logits closer than the bench calls a tie
   * @param logitError largest error of a logit or log-sum-exp at the end of a prompt
   * @param logprobError largest error of a log-probability along the answers
   * @param decodeRows most sequences of a step that fed a single token
   */
  record Outcome(
      int cases,
      List<String> wrong,
      int tied,
      double logitError,
      double logprobError,
      int decodeRows) {

    @Override
    public String toString() {
      return "%d cases, %d wrong, %d with a tie, logits within %.1e, log-probabilities within %.1e"
          .formatted(cases, wrong.size(), tied, logitError, logprobError);
    }
  }

  private Oracle() {}

  /** One after the other, each prompt in one piece. */
  static Outcome alone(EngineBench bench, List<GoldenCase> cases) {
    return outcome(run(bench, cases, Integer.MAX_VALUE, () -> 1));
  }

  /** In random order, with one to sixteen others that come and go, in chunks of this size. */
  static Outcome inCompany(EngineBench bench, List<GoldenCase> cases, int chunk, Random random) {
    return outcome(runs(bench, cases, chunk, random));
  }

  /** One more at each step, all together until the first ones end, in chunks of this size. */
  static Outcome crowding(EngineBench bench, List<GoldenCase> cases, int chunk) {
    return outcome(run(bench, cases, chunk, new AtomicInteger()::incrementAndGet));
  }

  /** The same as in company, case by case. */
  static List<GoldenRun> runs(EngineBench bench, List<GoldenCase> cases, int chunk, Random random) {
    List<GoldenCase> shuffled = new ArrayList<>(cases);
    Collections.shuffle(shuffled, random);
    return run(bench, shuffled, chunk, () -> 1 + random.nextInt(16));
  }

  private static List<GoldenRun> run(
      EngineBench bench, List<GoldenCase> cases, int chunk, IntSupplier batchSize) {
    Deque<GoldenCase> waiting = new ArrayDeque<>(cases);
    List<GoldenRun> running = new ArrayList<>();
    List<GoldenRun> done = new ArrayList<>();
    while (!waiting.isEmpty() || !running.isEmpty()) {
      int wanted = batchSize.getAsInt();
      boolean room = true;
      while (room && running.size() < wanted && !waiting.isEmpty()) {
        Optional<GoldenRun> started = GoldenRun.tryStart(waiting.peek(), bench, chunk);
        room = started.isPresent();
        started.ifPresent(run -> {
          running.add(run);
          waiting.remove();
        });
      }
      if (running.isEmpty()) {
        throw new IllegalStateException("no room for " + waiting.peek().adapter() + " alone");
      }
      step(bench, running);
      running.stream().filter(GoldenRun::ended).forEach(done::add);
      running.removeIf(GoldenRun::ended);
    }
    bench.checkIdle();
    return done;
  }

  private static void step(EngineBench bench, List<GoldenRun> running) {
    List<SequenceStep> steps = running.stream().map(GoldenRun::next).toList();
    int decodeRows = (int) steps.stream().filter(step -> step.count() == 1).count();
    bench.pool.beforeStep();
    StepResult result = bench.engine.step(new Batch(steps));
    for (int i = 0; i < running.size(); i++) {
      running.get(i).decodeRows = Math.max(running.get(i).decodeRows, decodeRows);
      running.get(i).advance(steps.get(i), result.tokens().get(i));
    }
  }

  private static Outcome outcome(List<GoldenRun> done) {
    return new Outcome(
        done.size(),
        done.stream().filter(r -> r.wrong).map(r -> String.valueOf(r.golden.adapter())).toList(),
        (int) done.stream().filter(r -> r.tied).count(),
        done.stream().mapToDouble(r -> r.logitError).max().orElse(0),
        done.stream().mapToDouble(r -> r.logprobError).max().orElse(0),
        done.stream().mapToInt(r -> r.decodeRows).max().orElse(0));
  }
}
