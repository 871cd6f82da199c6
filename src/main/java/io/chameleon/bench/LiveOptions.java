package io.chameleon.bench;

import java.nio.file.Path;

/**
 * What all proofs of a service with a large model can be told.
 *
 * @param model a model folder; empty for the demo
 * @param adapters folder in which adapters are kept from one proof to the next; empty for one that
 *     is deleted afterwards
 * @param cpu whether the service computes on the CPU, in fp32
 * @param cells size of the arena: tokens of KV that fit
 * @param sequences that run at once
 * @param batchTokens most tokens that a step is fed
 * @param heap most heap of the service, as Java's option spells it
 * @param seed of adapters, prompts and requests
 * @param out folder of reports and logs
 */
record LiveOptions(
    String model,
    String adapters,
    boolean cpu,
    int cells,
    int sequences,
    int batchTokens,
    String heap,
    long seed,
    Path out) {

  /** Cells as on the Chameleon paper's A40; see the profile a40-llama-7b. */
  static final LiveOptions DEFAULT =
      new LiveOptions(
          "", "", false, 60_006, 256, 1024, "4g", 20261201, Path.of("target", "reports"));

  static final String USAGE =
      """
        --model DIR       a Hugging Face model folder, as bench model writes it; default the demo
        --adapters DIR    where adapters are kept for the next proof; default: deleted afterwards
        --cpu             the service computes on the CPU, to try a proof out
        --cells N         size of the arena in tokens of KV; default 60006, as on the paper's A40
        --sequences N     that run at once; default 256
        --batch-tokens N  most tokens that a step is fed; default 1024
        --heap SIZE       of the service; default 4g
        --seed N          of adapters, prompts and requests
        --out DIR         where reports and the services' logs go; default target/reports\
      """;

  private static final int MOST_CELLS = 100_000_000;

  private static final int MOST = 1 << 16;

  /**
   * These with an option more.
   *
   * @throws IllegalArgumentException naming the option if it is unknown or wrong
   */
  LiveOptions with(String option, Arguments left) {
    Draft draft = new Draft(this);
    switch (option) {
      case "--model" -> draft.model = left.value(option);
      case "--adapters" -> draft.adapters = left.value(option);
      case "--cpu" -> draft.cpu = true;
      case "--cells" -> draft.cells = left.count(option, MOST_CELLS);
      case "--sequences" -> draft.sequences = left.count(option, MOST);
      case "--batch-tokens" -> draft.batchTokens = left.count(option, MOST);
      case "--heap" -> draft.heap = left.value(option);
      case "--seed" -> draft.seed = left.number(option);
      case "--out" -> draft.out = Path.of(left.value(option));
      default -> throw new IllegalArgumentException("Unknown option " + option);
    }
    return draft.options();
  }

  /** Options of which one changes. */
  private static final class Draft {
    private String model;
    private String adapters;
    private boolean cpu;
    private int cells;
    private int sequences;
    private int batchTokens;
    private String heap;
    private long seed;
    private Path out;

    private Draft(LiveOptions of) {
      this.model = of.model;
      this.adapters = of.adapters;
      this.cpu = of.cpu;
      this.cells = of.cells;
      this.sequences = of.sequences;
      this.batchTokens = of.batchTokens;
      this.heap = of.heap;
      this.seed = of.seed;
      this.out = of.out;
    }

    LiveOptions options() {
      return new LiveOptions(model, adapters, cpu, cells, sequences, batchTokens, heap, seed, out);
    }
  }
}
