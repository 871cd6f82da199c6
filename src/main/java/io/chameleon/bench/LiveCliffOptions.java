package io.chameleon.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of {@code bench live-cliff}.
 *
 * @param live of all proofs with a large model
 * @param large numbers of adapters of the ranks 16 to 128, ascending; may be empty
 * @param small numbers of adapters of the ranks 8 and 16, ascending; may be empty
 * @param laws how often each adapter is asked for
 * @param seconds measured for each case, after a warm-up of a quarter of it
 * @param workload of each request
 * @param diskBytes most that adapters may take on disk at a time
 */
record LiveCliffOptions(
    LiveOptions live,
    List<Integer> large,
    List<Integer> small,
    List<PopularityLaw> laws,
    int seconds,
    Workload workload,
    long diskBytes) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar bench live-cliff [options]
        --large LIST      numbers of adapters of ranks 16 to 128; default 1,8,32,64,128,256; or none
        --small LIST      numbers of adapters of ranks 8 and 16; default 1,256,1024; or none
        --laws LIST       default zipf,uniform
        --seconds N       measured for each case; default 8
        --prompt N        tokens of each prompt; default 256
        --output N        tokens of each answer; default 64
        --disk GIB        most that adapters may take on disk at a time; default 40
      """
          + LiveOptions.USAGE;

  private static final int MOST_SECONDS = 3600;

  private static final int MOST_ADAPTERS = 9999;

  private static final int MOST_TOKENS = 1 << 20;

  private static final int MOST_GIB = 1 << 16;

  LiveCliffOptions {
    large = List.copyOf(large);
    small = List.copyOf(small);
    laws = List.copyOf(laws);
  }

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static LiveCliffOptions parse(String... arguments) {
    Draft draft = new Draft();
    new Arguments(arguments).readAll(draft::read);
    return draft.options();
  }

  /** Options as they are read, at their defaults before. */
  private static final class Draft {
    private LiveOptions live = LiveOptions.DEFAULT;
    private List<Integer> large = List.of(1, 8, 32, 64, 128, 256);
    private List<Integer> small = List.of(1, 256, 1024);
    private List<PopularityLaw> laws = List.of(PopularityLaw.values());
    private int seconds = 8;
    private int prompt = 256;
    private int output = 64;
    private int gibibytes = 40;

    void read(String option, Arguments left) {
      switch (option) {
        case "--large" -> large = counts(option, left);
        case "--small" -> small = counts(option, left);
        case "--laws" ->
            laws = left.values(option).stream().map(PopularityLaw::named).distinct().toList();
        case "--seconds" -> seconds = left.count(option, MOST_SECONDS);
        case "--prompt" -> prompt = left.count(option, MOST_TOKENS);
        case "--output" -> output = left.count(option, MOST_TOKENS);
        case "--disk" -> gibibytes = left.count(option, MOST_GIB);
        default -> live = live.with(option, left);
      }
    }

    private static List<Integer> counts(String option, Arguments left) {
      List<String> texts = left.values(option);
      if (texts.equals(List.of("none"))) {
        return List.of();
      }
      int[] counts =
          texts.stream()
              .mapToInt(text -> Arguments.count(option, text, MOST_ADAPTERS))
              .sorted()
              .distinct()
              .toArray();
      return Arrays.stream(counts).boxed().toList();
    }

    LiveCliffOptions options() {
      return new LiveCliffOptions(
          live, large, small, laws, seconds, new Workload(prompt, output), (long) gibibytes << 30);
    }
  }

  /** Folder of reports and logs. */
  Path out() {
    return live.out();
  }
}
