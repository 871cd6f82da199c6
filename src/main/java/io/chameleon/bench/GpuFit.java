package io.chameleon.bench;

import io.chameleon.model.ModelConfig;
import io.chameleon.simulation.LeastSquares;
import io.chameleon.simulation.StepCost;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Fits the simulator's costs to steps that were measured on a GPU: decode steps by rows, context
 * and ranks, prefill steps by tokens, those beyond the ridge, pairs of tokens and ranks.
 */
final class GpuFit {

  /** Time between two steps of the service: who runs, tokens to their readers, in milliseconds. */
  private static final double SCHEDULING_MS = 0.2;

  private static final String LIMITS =
      """
      limits:
        max-batch-tokens: 2048
        max-sequences: 256
        prefill-chunk: 2048
        output-reservation: 256
        separate-passes: false
      """;

  private final StepCost.Ridge ridge;

  private final List<double[]> decode = new ArrayList<>();

  private final List<double[]> prefill = new ArrayList<>();

  private double uploadBytes = 1e9;

  private final double copyBytes;

  /**
   * A fit to nothing yet. In half precision a row takes two operations with each weight of two
   * bytes, so the ridge lies at as many tokens as there are operations to a byte.
   *
   * @param flops of products, a second
   * @param copyBytes that are copied within the device a second: each is read and written
   */
  GpuFit(double flops, double copyBytes) {
    this.copyBytes = copyBytes;
    this.ridge = new StepCost.Ridge((int) Math.round(flops / (2 * copyBytes)), 0);
  }

  /** A decode step and its milliseconds. */
  void decode(int[] ranks, int context, double millis) {
    double rows = ranks.length;
    decode.add(new double[] {1, rows, rows * context, IntStream.of(ranks).sum(), millis});
  }

  /** A prefill step of one prompt and its milliseconds. */
  void prefill(int tokens, int rank, double millis) {
    double pairs = tokens * (tokens + 1.0) / 2;
    prefill.add(
        new double[] {1, tokens, (double) tokens * rank, pairs, ridge.beyond(tokens), millis});
  }

  /** Bytes a second of an upload. */
  void upload(double bytesPerSecond) {
    uploadBytes = bytesPerSecond;
  }

  /** Costs of no less than 0 that come closest, each point by its relative error. */
  static double[] costs(List<double[]> points) {
    int terms = points.getFirst().length - 1;
    List<Integer> kept = new ArrayList<>(IntStream.range(0, terms).boxed().toList());
    while (true) {
      double[] found = solve(points, kept);
      int worst = worst(found);
      if (worst < 0) {
        double[] costs = new double[terms];
        for (int i = 0; i < found.length; i++) {
          costs[kept.get(i)] = found[i];
        }
        return costs;
      }
      kept.subList(worst, worst + 1).clear();
    }
  }

  private static int worst(double[] costs) {
    int worst = -1;
    for (int i = 0; i < costs.length; i++) {
      if (costs[i] < 0 && (worst < 0 || costs[i] < costs[worst])) {
        worst = i;
      }
    }
    return worst;
  }

  private static double[] solve(List<double[]> points, List<Integer> terms) {
    double[][] rows = new double[points.size()][terms.size()];
    double[] values = new double[points.size()];
    for (int p = 0; p < rows.length; p++) {
      double[] point = points.get(p);
      for (int t = 0; t < terms.size(); t++) {
        rows[p][t] = point[terms.get(t)];
      }
      values[p] = point[point.length - 1];
    }
    return LeastSquares.relative(rows, values);
  }

  /** The largest relative error of the costs, in percent. */
  static double worstError(List<double[]> points, double[] costs) {
    double worst = 0;
    for (double[] point : points) {
      double sum = 0;
      for (int i = 0; i < costs.length; i++) {
        sum += costs[i] * point[i];
      }
      worst = Math.max(worst, 100 * Math.abs(sum / point[point.length - 1] - 1));
    }
    return worst;
  }

  /** Writes the profile; returns where, and how well it fits. */
  String write(Path folder, ModelShape shape, ModelConfig model, long cellBytes)
      throws IOException {
    double[] d = costs(decode);
    double[] p = costs(prefill);
    Path file = folder.resolve("gpu-%s.yaml".formatted(shape.label()));
    Files.createDirectories(folder);
    Files.writeString(file, text(model, d, p));
    return String.format(
        Locale.ROOT,
        "%s (%d decode steps within %.1f %%, %d prefill steps within %.1f %%; cell %d bytes)",
        file,
        decode.size(),
        worstError(decode, d),
        prefill.size(),
        worstError(prefill, p),
        cellBytes);
  }

  private String text(ModelConfig model, double[] d, double[] p) {
    String head =
        "# Fitted by bench to steps of a random model on a GPU, %s.%n"
            .formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS));
    return head + shape(model) + costs(d, p) + LIMITS;
  }

  private static String shape(ModelConfig model) {
    return """
    model:
      layers: %d
      hidden-size: %d
      heads: %d
      kv-heads: %d
      head-size: %d
      intermediate-size: %d
      vocabulary-size: %d
      context-length: %d
      element-bytes: 2
      adapter-modules: [Q, K, V, O]
      adapters-in-place: true
    # 48 GB less weights and buffers, as on the paper's card.
    cells: 60006
    """
        .formatted(
            model.layers(),
            model.hiddenSize(),
            model.heads(),
            model.kvHeads(),
            model.headSize(),
            model.intermediateSize(),
            model.vocabularySize(),
            model.contextLength());
  }

  private String costs(double[] d, double[] p) {
    return """
    scheduling-ms: %s
    copy-bytes-per-second: %s
    prefill:
      fixed-ms: %s
      per-token-ms: %s
      per-token-rank-ms: %s
      per-pair-ms: %s
      # Up to so many tokens of a step the weights are read for longer than they are multiplied with.
      ridge-tokens: %d
      per-token-beyond-ridge-ms: %s
    decode:
      fixed-ms: %s
      per-row-ms: %s
      per-context-token-ms: %s
      per-rank-ms: %s
    link:
      bytes-per-second: %s
      latency-ms: 0.05
      slowdown: 0
    """
        .formatted(
            number(SCHEDULING_MS),
            number(copyBytes),
            number(p[0]),
            number(p[1]),
            number(p[2]),
            number(p[3]),
            ridge.tokens(),
            number(p[4]),
            number(d[0]),
            number(d[1]),
            number(d[2]),
            number(d[3]),
            number(uploadBytes));
  }

  private static String number(double value) {
    return new BigDecimal(value).round(new MathContext(5)).stripTrailingZeros().toPlainString();
  }
}
