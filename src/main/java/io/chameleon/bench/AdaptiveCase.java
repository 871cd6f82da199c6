package io.chameleon.bench;

import io.chameleon.workload.AdapterMix;
import io.chameleon.workload.BurstArrivals;
import io.chameleon.workload.DriftingPopularity;
import io.chameleon.workload.LengthScale;
import io.chameleon.workload.RankedPopularity;
import io.chameleon.workload.TraceFile;
import io.chameleon.workload.TraceLengths;
import io.chameleon.workload.UniformPopularity;
import io.chameleon.workload.Workload;
import io.chameleon.workload.WorkloadSpec;
import io.chameleon.workload.ZipfPopularity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workload under which {@code adaptive} is compared.
 *
 * @param name for people
 * @param workload what is asked for
 * @param accuracy of the oracle that predicts output lengths
 */
record AdaptiveCase(String name, WorkloadSpec workload, double accuracy) {

  /** Ten times the paper's adapters: about 7 times the memory that is idle on the average. */
  private static final int ADAPTERS = 1000;

  private static final double ZIPF = 1;

  private static final double POOR_ACCURACY = 0.6;

  private static final double BURST_FACTOR = 5;

  private static final double BURST_FROM = 60;

  private static final double BURST_TO = 65;

  private static final double BURST_PERIOD = 120;

  private static final double DRIFT_SECONDS = 60;

  /** A multiple of five keeps the shares of the ranks. */
  private static final int DRIFT_STEP = 5;

  private AdaptiveCase(String name, WorkloadSpec workload) {
    this(name, workload, AdaptiveSystem.PAPER_ACCURACY);
  }

  /** The paper's set-up with 1,000 adapters. */
  static AdaptiveCase base(int requests, long seed) {
    WorkloadSpec paper =
        WorkloadSpec.paper(new ZipfPopularity(ZIPF), seed)
            .withCount(requests)
            .withAdapters(AdapterMix.even(ADAPTERS));
    return new AdaptiveCase("Azure conversation", paper);
  }

  /** The same with another seed. */
  AdaptiveCase withSeed(long seed) {
    return new AdaptiveCase(name, workload.withSeed(seed), accuracy);
  }

  /** The same with fewer or more requests. */
  AdaptiveCase withCount(int requests) {
    return new AdaptiveCase(name, workload.withCount(requests), accuracy);
  }

  /**
   * All workloads, that of the paper's set-up first.
   *
   * @param traces folder of the published traces, or null; workloads whose trace is not there are
   *     left out
   * @param contextTokens most tokens of a request; a trace's lengths are divided by one constant so
   *     that 99 of 100 fit
   */
  static List<AdaptiveCase> all(AdaptiveCase base, @Nullable Path traces, int contextTokens) {
    WorkloadSpec paper = base.workload();
    List<AdaptiveCase> cases = new ArrayList<>(List.of(base));
    for (PublishedTrace trace : PublishedTrace.values()) {
      if (trace.isIn(traces)) {
        TraceLengths lengths = trace.lengths(traces, contextTokens);
        cases.add(new AdaptiveCase(trace.title, paper.withLengths(lengths)));
      }
    }
    var ranks = new RankedPopularity(new UniformPopularity(), new ZipfPopularity(ZIPF));
    var pace = new DriftingPopularity.EverySeconds(DRIFT_SECONDS);
    var bursts = new BurstArrivals(BURST_FACTOR, BURST_FROM, BURST_TO, BURST_PERIOD);
    cases.add(
        new AdaptiveCase("ranks all small", paper.withAdapters(AdapterMix.allSmall(ADAPTERS))));
    cases.add(
        new AdaptiveCase("ranks all large", paper.withAdapters(AdapterMix.allLarge(ADAPTERS))));
    cases.add(
        new AdaptiveCase(
            "popularity drift",
            paper.withPopularity(new DriftingPopularity(ranks, pace, DRIFT_STEP))));
    cases.add(new AdaptiveCase("predictor at 60 %", paper, POOR_ACCURACY));
    cases.add(new AdaptiveCase("bursts of 5 x", paper.withArrivals(bursts)));
    return cases;
  }

  /** The published traces that a folder lacks. */
  static List<String> missing(@Nullable Path traces) {
    return List.of(PublishedTrace.values()).stream()
        .filter(trace -> !trace.isIn(traces))
        .map(trace -> "%s (%s)".formatted(trace.title, trace.file))
        .toList();
  }

  /** Traces that are published, and not part of this service. */
  private enum PublishedTrace {
    AZURE_CODE("Azure code", "AzureLLMInferenceTrace_code.csv"),
    MOONCAKE("Mooncake conversation", "mooncake_conversation_trace.jsonl");

    private final String title;

    private final String file;

    PublishedTrace(String title, String file) {
      this.title = title;
      this.file = file;
    }

    boolean isIn(@Nullable Path folder) {
      return folder != null && Files.isReadable(folder.resolve(file));
    }

    TraceLengths lengths(@Nullable Path folder, int contextTokens) {
      Workload trace = TraceFile.read(Path.of(String.valueOf(folder), file)).workload();
      return new TraceLengths(trace.scaled(LengthScale.fitting(trace, contextTokens)));
    }
  }
}
