package io.chameleon.bench;

import java.nio.file.Path;

/**
 * What {@code bench --model SHAPE} is asked for.
 *
 * @param shape of the random model
 * @param quick few repeats: to see that everything runs
 * @param out folder of the report and of the profile
 */
record GpuBenchOptions(ModelShape shape, boolean quick, Path out) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar bench gpu [options]
        --model SHAPE     llama-2-7b (default), llama-3-8b, llama-2-13b or tiny; random weights
        --quick           few repeats: to see that everything runs
        --out DIR         where gpu-bench.json and the profile go; default target/reports\
      """;

  /** Reads the arguments. */
  static GpuBenchOptions parse(String... arguments) {
    Arguments left = new Arguments(arguments);
    ModelShape shape = ModelShape.LLAMA_2_7B;
    boolean quick = false;
    Path out = Path.of("target", "reports");
    while (left.hasMore()) {
      String option = left.option();
      switch (option) {
        case "--model" -> shape = ModelShape.named(left.value(option));
        case "--quick" -> quick = true;
        case "--out" -> out = Path.of(left.value(option));
        default -> throw new IllegalArgumentException("Unknown option " + option);
      }
    }
    return new GpuBenchOptions(shape, quick, out);
  }
}
