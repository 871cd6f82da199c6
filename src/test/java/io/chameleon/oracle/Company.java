package io.chameleon.oracle;

import io.chameleon.engine.Batch;
import io.chameleon.engine.NextStep;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.oracle.SeededRun.Ask;
import io.chameleon.request.SamplingParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Random sequences among which another one runs: of the base model and of random adapters, with
 * prompts of random lengths in random chunks; when one ends, another comes. All have random places
 * in each step.
 */
final class Company {

  /** Tokens that each sequence generates that is looked at. */
  static final int OUTPUT = 24;

  /** Short, and longer than one piece of attention, one tile of rows. */
  static final int[] PROMPTS = {1, 37, 150, 301};

  private static final int LONGEST_PROMPT = 400;

  /** Steps that the others are ahead. */
  private static final int HEAD_START = 3;

  private static final List<String> DEMO_ADAPTERS =
      List.of("weather", "sql", "shakespeare", "banks", "math", "story");

  private final EngineBench bench;
  private final int rows;
  private final Random random;
  private boolean byTheEngine;
  private boolean restarting;
  private int longestPrompt = LONGEST_PROMPT;
  private List<String> adapters = DEMO_ADAPTERS;

  /**
   * Company for one.
   *
   * @param rows sequences of a step, the one among them
   */
  Company(EngineBench bench, int rows, Random random) {
    this.bench = bench;
    this.rows = rows;
    this.random = random;
  }

  /** The others' prompts have so many tokens at most. */
  Company ofPromptsUpTo(int tokens) {
    longestPrompt = tokens;
    return this;
  }

  /** The others have these adapters. */
  Company of(List<String> names) {
    adapters = names;
    return this;
  }

  /** The engine chooses the tokens, and is told what comes next. */
  Company byTheEngine() {
    byTheEngine = true;
    return this;
  }

  /** The one loses its KV with 6, 14 and 22 tokens generated, and has them computed anew. */
  Company restarting() {
    restarting = true;
    return this;
  }

  /** Sequences of an adapter to look at, with prompts of these lengths: greedy and sampled. */
  static List<Ask> asks(EngineBench bench, @Nullable String adapter, int[] lengths, Random random) {
    List<Ask> asks = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      int[] prompt = prompt(bench, lengths[i], random);
      asks.add(new Ask(adapter, prompt, OUTPUT, sampling(i % 2 == 0, random)));
    }
    return asks;
  }

  /** Runs one by itself. */
  static SeededRun alone(EngineBench bench, Ask ask, int chunk) {
    return new Company(bench, 1, new Random(0)).meets(ask, chunk);
  }

  /** Runs one among the others, which end then. */
  SeededRun meets(Ask ask, int chunk) {
    List<SeededRun> running = new ArrayList<>();
    replace(running, rows - 1);
    // They are under way when it comes.
    for (int i = 0; i < HEAD_START && !running.isEmpty(); i++) {
      step(running);
      replace(running, rows - 1);
    }
    SeededRun one = new SeededRun(ask, bench, chunk);
    running.add(one);
    int restarts = 0;
    while (!one.hasEnded()) {
      if (restarting && one.generated().length > 5 + 8 * restarts) {
        one.restart();
        restarts++;
      }
      step(running);
      replace(running, rows);
    }
    while (!running.isEmpty()) {
      step(running);
      running.removeIf(SeededRun::hasEnded);
    }
    return one;
  }

  private void replace(List<SeededRun> running, int count) {
    running.removeIf(SeededRun::hasEnded);
    while (running.size() < count) {
      running.add(other());
    }
  }

  private void step(List<SeededRun> running) {
    Collections.shuffle(running, random);
    List<SequenceStep> steps =
        running.stream()
            .map(run -> byTheEngine ? run.nextChosenByTheEngine() : run.next())
            .toList();
    NextStep next = byTheEngine ? new Guess(List.copyOf(running), random) : NextStep.UNKNOWN;
    StepResult result = bench.engine.step(new Batch(steps), next);
    for (int i = 0; i < steps.size(); i++) {
      running.get(i).advance(steps.get(i), result.tokens().get(i));
    }
  }

  /** Often right. */
  private record Guess(List<SeededRun> running, Random random) implements NextStep {

    @Override
    public boolean isLast(int place) {
      return running.get(place).isLast();
    }

    @Override
    public boolean isDecode() {
      return random.nextInt(4) > 0;
    }
  }

  private SeededRun other() {
    String adapter = random.nextInt(3) == 0 ? null : adapters.get(random.nextInt(adapters.size()));
    int[] prompt = prompt(bench, 1 + random.nextInt(longestPrompt), random);
    Ask ask =
        new Ask(adapter, prompt, 2 + random.nextInt(40), sampling(random.nextBoolean(), random));
    return new SeededRun(ask, bench, 1 + random.nextInt(96));
  }

  private static int[] prompt(EngineBench bench, int length, Random random) {
    int[] prompt = new int[length];
    Arrays.setAll(prompt, i -> random.nextInt(bench.config.vocabularySize()));
    return prompt;
  }

  private static SamplingParams sampling(boolean greedy, Random random) {
    return new SamplingParams(
        greedy ? 0 : 0.9, 0.95, 0, 0, 0, 0, 1, Map.of(), random.nextLong(), 0, true, Set.of(), 0);
  }
}
