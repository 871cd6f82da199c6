package io.chameleon.simulation;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the Chameleon paper (arXiv 2411.17741) measured on an A40 with Llama-7B, read from the
 * vectors of its figures, which is good to about 1 %. Only these the profile is fitted to: no point
 * of Chameleon, and none of S-LoRA past 7 requests per second.
 */
public final class PaperMeasurements {

  /** One prompt alone, with a resident adapter: time to the first token (Fig. 3). */
  public record PrefillPoint(int rank, int tokens, double ms) {}

  /** Load of an adapter on an idle machine (Fig. 2). */
  public record LoadPoint(int rank, double ms) {}

  /**
   * S-LoRA at a load (Figs. 11 to 13).
   *
   * @param gapMs what the paper calls P99 of the time between tokens. It cannot be the P99 over
   *     tokens or requests: S-LoRA prefills after every tenth decode step and all that run wait for
   *     it, so that by the paper's own Fig. 3 one gap in ten is over 100 ms, and at 5 requests a
   *     second the figure is 42 ms. It is close to the mean over requests, and read as that
   */
  public record LoadedPoint(
      double requestsPerSecond, double p50TtftMs, double p99TtftMs, double gapMs) {}

  private static final List<Integer> PROMPTS = List.of(100, 500, 1000, 2000);

  /** Fig. 3, all 16 points. */
  public static final List<PrefillPoint> PREFILL =
      Stream.of(
              curve(8, 42, 95, 175, 319),
              curve(32, 46, 115, 217, 405),
              curve(64, 51, 144, 278, 528),
              curve(128, 61, 196, 387, 746))
          .flatMap(List::stream)
          .toList();

  /** Fig. 2, all 5 points. */
  public static final List<LoadPoint> LOADS =
      List.of(
          new LoadPoint(8, 1.9),
          new LoadPoint(16, 3.4),
          new LoadPoint(32, 7.2),
          new LoadPoint(64, 11.4),
          new LoadPoint(128, 23.5));

  /** S-LoRA below its knee: 5, 6 and 7 requests per second. */
  public static final List<LoadedPoint> S_LORA =
      List.of(
          new LoadedPoint(5, 480, 800, 42),
          new LoadedPoint(6, 580, 980, 48.5),
          new LoadedPoint(7, 740, 1280, 58.6));

  private PaperMeasurements() {}

  private static List<PrefillPoint> curve(int rank, double... ms) {
    return IntStream.range(0, ms.length)
        .mapToObj(i -> new PrefillPoint(rank, PROMPTS.get(i), ms[i]))
        .toList();
  }
}
