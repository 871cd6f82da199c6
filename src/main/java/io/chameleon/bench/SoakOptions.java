package io.chameleon.bench;

/**
 * The arguments of {@code bench soak}.
 *
 * @param live of all proofs with a large model
 * @param seconds of load
 * @param percent load, of the capacity
 * @param divisor what the lengths of the Azure conversation trace are divided by
 * @param adapters that stay; others come and go beside them
 * @param checked most answers that are asked for once more, alone
 * @param tieMillis thousandths of a natural logarithm by which a token may be less likely than the
 *     likeliest one, alone, and is as good; 0 has it measured
 * @param batchInvariant whether the engine computes in batch-invariant steps; then there are no
 *     ties, and each answer must be the one that is given alone
 */
record SoakOptions(
    LiveOptions live,
    int seconds,
    int percent,
    int divisor,
    int adapters,
    int checked,
    int tieMillis,
    boolean batchInvariant) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar bench soak [options]
        --seconds N       of load; default 300
        --load N          in percent of the capacity; default 70
        --divisor N       of the lengths of the Azure conversation trace; default 4
        --adapters-of N   adapters that stay, of ranks 8 to 128; default 100
        --checked N       most answers that are asked for once more, alone; default 80
        --tie N           thousandths by which a token's log-probability alone may lie below the
                          best one's; numbers of 16 bits are not the same in any batch; default:
                          twice what two lone ways to the same numbers are found to differ by,
                          at most 400
        --batch-invariant the engine computes in batch-invariant steps; then each answer must be
                          the one that is given alone, and --tie counts for nothing
      """
          + LiveOptions.USAGE;

  private static final int MOST = 100_000;

  private static final int MOST_PERCENT = 1000;

  /** Far fewer than all adapters and sequences want, so that they are swapped. */
  private static final int CELLS = 16_000;

  private static final int SEQUENCES = 64;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static SoakOptions parse(String... arguments) {
    Draft draft = new Draft();
    new Arguments(arguments).readAll(draft::read);
    return draft.options();
  }

  /** Options as they are read, at their defaults before. */
  private static final class Draft {
    private LiveOptions live =
        LiveOptions.DEFAULT
            .with("--cells", new Arguments(Integer.toString(CELLS)))
            .with("--sequences", new Arguments(Integer.toString(SEQUENCES)));
    private int seconds = 300;
    private int percent = 70;
    private int divisor = 4;
    private int adapters = 100;
    private int checked = 80;
    private int tieMillis;
    private boolean batchInvariant;

    void read(String option, Arguments left) {
      switch (option) {
        case "--seconds" -> seconds = left.count(option, MOST);
        case "--load" -> percent = left.count(option, MOST_PERCENT);
        case "--divisor" -> divisor = left.count(option, MOST);
        case "--adapters-of" -> adapters = left.count(option, MOST);
        case "--checked" -> checked = left.count(option, MOST);
        case "--tie" -> tieMillis = left.count(option, MOST);
        case "--batch-invariant" -> batchInvariant = true;
        default -> live = live.with(option, left);
      }
    }

    SoakOptions options() {
      return new SoakOptions(
          live, seconds, percent, divisor, adapters, checked, tieMillis, batchInvariant);
    }
  }
}
