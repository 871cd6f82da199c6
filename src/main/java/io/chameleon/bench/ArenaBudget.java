package io.chameleon.bench;

import io.chameleon.model.DeviceModel;
import java.util.List;
import java.util.Locale;

/**
 * The arena in which so many median adapters fit beside the KV and the window of a load.
 *
 * @param cellBytes bytes of a cell: the KV of one token
 * @param kvCells of all sequences that run at once, at their full length
 * @param windowCells rows of as many adapters of the mean rank
 * @param restCells so many median adapters at rest
 * @param lines how these came about, for people
 */
record ArenaBudget(
    long cellBytes, int kvCells, int windowCells, int restCells, List<String> lines) {

  private static final double MEBIBYTE = 1 << 20;

  /**
   * Counts the cells.
   *
   * @param sequences that run at once
   * @param fitting how many adapters of the median rank are to fit
   */
  static ArenaBudget of(AdapterGenerator generator, Workload load, int sequences, int fitting) {
    long cellBytes = DeviceModel.float32(generator.model()).cellBytes();
    double perRank = generator.elementsPerRank() * Float.BYTES / (double) cellBytes;
    int kv = sequences * load.cells();
    int window = (int) Math.ceil(sequences * RankMix.mean() * perRank);
    int median = (int) Math.ceil(RankMix.MEDIAN * perRank);
    int rest = fitting * median;
    int cells = kv + window + rest;
    List<String> lines =
        List.of(
            "cell     %d bytes: the KV of one token".formatted(cellBytes),
            "KV       %d sequences x (%d prompt + %d output tokens) = %d cells"
                .formatted(sequences, load.promptTokens(), load.outputTokens(), kv),
            "window   %d sequences x mean rank %s x %s cells = %d cells"
                .formatted(sequences, number(RankMix.mean()), number(perRank), window),
            "adapters %d of the median rank %d x %d cells = %d cells"
                .formatted(fitting, RankMix.MEDIAN, median, rest),
            "arena    %d cells = %s MiB".formatted(cells, number(cells * cellBytes / MEBIBYTE)));
    return new ArenaBudget(cellBytes, kv, window, rest, lines);
  }

  long bytes() {
    return (long) (kvCells + windowCells + restCells) * cellBytes;
  }

  /** Bytes of the KV alone. */
  long kvBytes() {
    return kvCells * cellBytes;
  }

  /** Bytes of adapters of these ranks at rest. */
  static long restBytes(AdapterGenerator generator, List<AdapterGenerator.Generated> adapters) {
    long ranks = adapters.stream().mapToLong(AdapterGenerator.Generated::rank).sum();
    return ranks * generator.elementsPerRank() * Float.BYTES;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
