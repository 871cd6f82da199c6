package io.chameleon.bench;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What all proofs of scheduling can be told.
 *
 * @param model a model folder; empty for the demo
 * @param seed of adapters, prompts and requests
 * @param pin whether the engine gets a core of its own
 * @param mostLateMs bound of the 99th percentile of the generator's lateness
 * @param out folder of reports and logs
 */
record StageOptions(String model, long seed, boolean pin, double mostLateMs, Path out) {

  static final StageOptions DEFAULT =
      new StageOptions("", 20261201, true, 20, Path.of("target", "reports"));

  static final String USAGE =
      """
        --no-pin          engine, HTTP and generator share all cores
        --late MS         a run whose generator is later than this (P99) is not reported; default 20
        --seed N          of adapters, prompts and requests
        --model DIR       a Hugging Face model folder; default the demo
        --out DIR         where reports and the services' logs go; default target/reports\
      """;

  private static final int LATEST_MS = 60_000;

  /**
   * These with an option more.
   *
   * @throws IllegalArgumentException naming the option if it is unknown or wrong
   */
  StageOptions with(String option, Arguments left) {
    return switch (option) {
      case "--no-pin" -> new StageOptions(model, seed, false, mostLateMs, out);
      case "--late" -> new StageOptions(model, seed, pin, left.count(option, LATEST_MS), out);
      case "--seed" -> new StageOptions(model, left.number(option), pin, mostLateMs, out);
      case "--model" -> new StageOptions(left.value(option), seed, pin, mostLateMs, out);
      case "--out" -> new StageOptions(model, seed, pin, mostLateMs, Path.of(left.value(option)));
      default -> throw new IllegalArgumentException("Unknown option " + option);
    };
  }

  ProofStage open() throws IOException {
    return new ProofStage(model, seed, pin, out);
  }
}
