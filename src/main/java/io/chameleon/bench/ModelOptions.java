package io.chameleon.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * {@code bench model}: writes a random model of a published shape, to be served.
 *
 * @param shape of the model
 * @param seed of its numbers
 * @param out its folder; an empty path for one of the shape's name
 */
record ModelOptions(ModelShape shape, long seed, Path out) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar bench model [options]
        --shape NAME      llama-2-7b (default), llama-2-13b, llama-3-8b or tiny
        --seed N          of its numbers
        --out DIR         its folder; default target/models/NAME\
      """;

  private static final double GIGABYTE = 1e9;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static ModelOptions parse(String... arguments) {
    ModelShape shape = ModelShape.LLAMA_2_7B;
    long seed = 20261201;
    String out = "";
    Arguments left = new Arguments(arguments);
    while (left.hasMore()) {
      String option = left.option();
      switch (option) {
        case "--shape" -> shape = ModelShape.named(left.value(option));
        case "--seed" -> seed = left.number(option);
        case "--out" -> out = left.value(option);
        default -> throw new IllegalArgumentException("Unknown option " + option);
      }
    }
    Path folder = out.isEmpty() ? Path.of("target", "models", shape.label()) : Path.of(out);
    return new ModelOptions(shape, seed, folder);
  }

  /** Writes it. */
  void write(PrintStream print) throws IOException {
    long start = System.nanoTime();
    long bytes = new ModelGenerator(shape, seed, ModelGenerator.SHARD_BYTES).write(out);
    print.println(
        String.format(
            Locale.ROOT,
            "a random %s in %s, %.2f GB in %.1f s",
            shape.label(),
            out,
            bytes / GIGABYTE,
            (System.nanoTime() - start) / 1e9));
  }
}
