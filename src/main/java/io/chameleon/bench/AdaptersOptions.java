package io.chameleon.bench;

import io.chameleon.model.LinearModule;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code bench adapters}: makes adapters to try a service with.
 *
 * @param model a model folder; empty for the demo
 * @param count how many
 * @param ranks one for each, or empty for the mix
 * @param modules that get an update
 * @param seed of ranks and weights
 * @param out folder of the adapters' folders
 */
record AdaptersOptions(
    String model, int count, List<Integer> ranks, List<LinearModule> modules, long seed, Path out) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar bench adapters [options]
        --count N         how many; default 16
        --rank N          of all; default 8, 16, 32, 64 and 128 in equal shares
        --modules LIST    of q,k,v,o,gate,up,down, or all; default q,k,v,o
        --seed N          of ranks and weights
        --model DIR       a Hugging Face model folder that they fit; default the demo
        --out DIR         where their folders go; default target/adapters\
      """;

  private static final int MOST_ADAPTERS = 9999;

  private static final int MOST_RANK = 1 << 16;

  AdaptersOptions {
    ranks = List.copyOf(ranks);
    modules = List.copyOf(modules);
  }

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static AdaptersOptions parse(String... arguments) {
    String model = "";
    int count = 16;
    List<Integer> ranks = List.of();
    List<LinearModule> modules = AdapterGenerator.ATTENTION;
    long seed = 20261201;
    Path out = Path.of("target", "adapters");
    Arguments left = new Arguments(arguments);
    while (left.hasMore()) {
      String option = left.option();
      switch (option) {
        case "--model" -> model = left.value(option);
        case "--count" -> count = left.count(option, MOST_ADAPTERS);
        case "--rank" -> ranks = List.of(left.count(option, MOST_RANK));
        case "--modules" -> modules = AdapterGenerator.modules(left.values(option));
        case "--seed" -> seed = left.number(option);
        case "--out" -> out = Path.of(left.value(option));
        default -> throw new IllegalArgumentException("Unknown option " + option);
      }
    }
    return new AdaptersOptions(model, count, ranks, modules, seed, out);
  }

  /** Makes them. */
  void write(PrintStream print) {
    ProofModel of = ProofModel.open(model, 0);
    int[] each = RankMix.draw(count, seed);
    ranks.forEach(rank -> Arrays.fill(each, rank));
    long start = System.nanoTime();
    new AdapterGenerator(of.config(), modules, seed).write(out, each);
    print.println(
        String.format(
            Locale.ROOT,
            "%d adapters for %s in %s, in %.1f s",
            count,
            of.id(),
            out,
            (System.nanoTime() - start) / 1e9));
  }
}
