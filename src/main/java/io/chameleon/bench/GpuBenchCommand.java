package io.chameleon.bench;

import io.chameleon.engine.cuda.GpuOptions;
import io.chameleon.engine.cuda.GpuProbe;
import io.chameleon.model.ElementType;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.ModelConfigReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code bench --model SHAPE}: steps of a random model on a GPU beside what the card can do, all in
 * one run: first the ceilings, then each line with its floor.
 */
final class GpuBenchCommand {

  private static final int CONTEXT = 512;

  private static final int WARM_UPS = 5;

  private static final int UPLOADS = 8;

  /** Tokens of a step, so that the largest prompt goes in one. */
  private static final int ROWS = 4096;

  private static final int SEQUENCES = 256;

  /** Tokens of one of several prompts in a step. */
  private static final int CHUNK = 250;

  /** What the cases here need, and no more than a card of 80 GB has. */
  private static final long ARENA_BYTES = 56L << 30;

  private final GpuBenchOptions options;

  private final PrintStream out;

  private final Report report = new Report("gpu-bench");

  /** What the profile is fitted to, once the ceilings are known. */
  private @Nullable GpuFit fit;

  private double copyBytes;

  private double flops;

  private double uploadBytes;

  GpuBenchCommand(GpuBenchOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /** Measures everything and writes the report and the profile. */
  void run() throws IOException {
    try (GpuProbe probe = GpuProbe.open(0)) {
      Machine.describe(1, options.shape().label()).forEach(out::println);
      out.println("card     " + probe.name());
      copyBytes = probe.copyBytes();
      flops = probe.flops();
      uploadBytes = probe.uploadBytes();
    }
    // What is copied is read and written.
    fit = new GpuFit(flops, copyBytes / 2);
    report.add(ReportRow.of("copy within the device", copyBytes / 1e12, "TB/s"));
    report.add(ReportRow.of("bf16 matrix product, 8192", flops / 1e12, "TFLOP/s"));
    report.add(ReportRow.of("upload from pinned memory", uploadBytes / 1e9, "GB/s"));
    ModelConfig config =
        ModelConfigReader.read(JsonMapper.shared().valueToTree(options.shape().config()));
    GpuOptions device =
        new GpuOptions(0, ElementType.BF16, ROWS, SEQUENCES, true, java.util.Set.of(), false);
    long start = System.nanoTime();
    try (GpuStage stage = new GpuStage(config, device, ARENA_BYTES)) {
      report.add(ReportRow.of("start", (System.nanoTime() - start) / 1e9, "s"));
      measure(stage);
      GpuParts.of(stage, CONTEXT).print(out);
      out.println(
          "written: " + fit().write(options.out(), options.shape(), config, stage.cellBytes()));
    }
    report.print(out);
    out.println("written: " + report.write(options.out()));
  }

  private GpuFit fit() {
    return Objects.requireNonNull(fit);
  }

  private void measure(GpuStage stage) {
    decode(stage, "decode, 1 row", new int[1], 1.25);
    decode(stage, "decode, 32 rows", new int[32], 1.2);
    decode(stage, "decode, 64 rows", new int[64], 1.15);
    prefills(stage);
    new InvariancePrice(stage::setBatchInvariant)
        .addTo(report, n -> decodeAgain(stage, new int[n]), n -> prefillAgain(stage, n));
    jvm(stage);
    uploads(stage);
    ColdAdapters.addTo(report, stage);
    adapted(stage, "32 rows, 32 x rank 50", ranks(32, 50));
    adapted(stage, "32 rows, 32 x rank 32", ranks(32, 32));
    adapted(stage, "32 rows, ranks 8..128, sum 1024", mixed());
    Beside mixed = beside(stage, ranks(32, 32), mixed());
    report.add(
        ReportRow.of("mixed ranks against equal ones", mixed.percentOver(), "%")
            .with(Goal.atMost(3)));
    adapted(stage, "64 rows, 64 x rank 64", ranks(64, 64));
    adapted(stage, "32 rows, 4 x rank 64", shared());
    double alone = decodeAgain(stage, new int[32]);
    // Again, for there is no way back from adapters that are there.
    alone = (alone + decodeAgain(stage, new int[32])) / 2;
    for (int i = 0; i < (options.quick() ? 4 : 100); i++) {
      stage.bringIn(16);
    }
    Beside resident = new Beside(alone, decodeAgain(stage, new int[32]));
    report.add(
        ReportRow.of("base rows beside 100 adapters", resident.percentOver(), "%")
            .with(Goal.atMost(1)));
    fitMore(stage);
  }

  /**
   * Two kinds of steps, measured at the same time: a card that grows warm slows down by more than
   * they differ by.
   *
   * @param base milliseconds of the one, before and after the other
   * @param other of the other
   */
  private record Beside(double base, double other) {

    double percentOver() {
      return 100 * (other / base - 1);
    }
  }

  private Beside beside(GpuStage stage, int[] baseRanks, int[] otherRanks) {
    double before = decodeAgain(stage, baseRanks);
    double other = decodeOnly(stage, otherRanks, CONTEXT).step();
    return new Beside((before + decodeAgain(stage, baseRanks)) / 2, other);
  }

  /** Milliseconds of a step that the profile has already. */
  private double decodeAgain(GpuStage stage, int[] ranks) {
    return decode(stage, ranks, CONTEXT).step();
  }

  private int times() {
    return options.quick() ? 5 : 40;
  }

  private GpuStage.Times decodeOnly(GpuStage stage, int[] ranks, int context) {
    GpuStage.Times times = decode(stage, ranks, context);
    fit().decode(ranks, context, times.step());
    return times;
  }

  private GpuStage.Times decode(GpuStage stage, int[] ranks, int context) {
    int steps = WARM_UPS + times();
    // The context grows by a token a step, and is the one that is said in the middle.
    try (GpuStage.Rows rows = stage.new Rows(ranks, context - steps / 2, 1, steps)) {
      return stage.time(rows, WARM_UPS, times());
    }
  }

  private void decode(GpuStage stage, String name, int[] ranks, double goal) {
    GpuStage.Times times = decodeOnly(stage, ranks, CONTEXT);
    double bytes = stage.weightBytes() + (double) ranks.length * CONTEXT * stage.cellBytes();
    double floor = 1e3 * bytes / copyBytes;
    report.add(
        ReportRow.of(name, times.step(), "ms")
            .under(floor, "weights and KV at the copy rate")
            .with(Goal.atMost(goal)));
    report.add(
        ReportRow.of(name + ", device busy", 100 * times.device() / times.step(), "%")
            .with(Goal.atLeast(97)));
  }

  private void adapted(GpuStage stage, String name, int[] ranks) {
    Beside times = beside(stage, new int[ranks.length], ranks);
    long bytes = 0;
    for (int rank : ranks) {
      bytes += rank == 0 ? 0 : stage.adapterBytes(rank);
    }
    Beside own = new Beside(times.base, times.other - 1e3 * bytes / copyBytes);
    report.add(ReportRow.of(name, times.other, "ms"));
    report.add(
        ReportRow.of(name + ", less bytes, over base", own.percentOver(), "%")
            .with(Goal.atMost(5)));
  }

  private static int[] ranks(int rows, int rank) {
    int[] ranks = new int[rows];
    Arrays.fill(ranks, rank);
    return ranks;
  }

  /** 32 ranks from 8 to 128 that are 1,024 together. */
  private static int[] mixed() {
    int[] ranks = new int[32];
    int[] some = {8, 16, 32, 64, 128};
    int[] counts = {12, 10, 6, 2, 2};
    int at = 0;
    for (int i = 0; i < some.length; i++) {
      for (int n = 0; n < counts[i]; n++) {
        ranks[at++] = some[i];
      }
    }
    ranks[at - 1] += 1024 - IntStream.of(ranks).sum();
    return ranks;
  }

  /** 4 rows with adapters of rank 64 among base rows. */
  private static int[] shared() {
    int[] ranks = new int[32];
    Arrays.fill(ranks, 0, 4, 64);
    return ranks;
  }

  private void prefills(GpuStage stage) {
    double[] goals = {62, 77, 77};
    int[] sizes = {256, 1024, ROWS};
    for (int i = 0; i < sizes.length; i++) {
      double millis = prefill(stage, sizes[i], 0);
      double share = 100 * flops(stage.config(), sizes[i]) / (millis / 1e3) / flops;
      String name = String.format(Locale.ROOT, "prefill, %,d tokens", sizes[i]);
      report.add(ReportRow.of(name, millis, "ms"));
      report.add(ReportRow.of(name + ", of matmul peak", share, "%").with(Goal.atLeast(goals[i])));
    }
    // For the profile alone: what short prompts take, beside reading the weights.
    for (int tokens : new int[] {32, 64, 128, 512}) {
      prefill(stage, tokens, 0);
    }
    double before = prefillAgain(stage, 1024);
    double adapted = prefill(stage, 1024, 128);
    Beside times = new Beside((before + prefillAgain(stage, 1024)) / 2, adapted);
    report.add(
        ReportRow.of("prefill, 1,024 with rank 128, over base", times.percentOver(), "%")
            .with(Goal.atMost(5)));
    report.add(
        ReportRow.of(
            "prefill, 4 x 250 with ranks 8..128, over base",
            chunks(stage, 8, 16, 32, 128).percentOver(),
            "%"));
  }

  /** Chunks of 250 tokens in one step, each with an adapter of its own. */
  private Beside chunks(GpuStage stage, int... ranks) {
    int[] none = new int[ranks.length];
    double before = prefillOf(stage, CHUNK, none);
    double adapted = prefillOf(stage, CHUNK, ranks);
    return new Beside((before + prefillOf(stage, CHUNK, none)) / 2, adapted);
  }

  private double prefill(GpuStage stage, int tokens, int rank) {
    double millis = prefillOf(stage, tokens, new int[] {rank});
    fit().prefill(tokens, rank, millis);
    return millis;
  }

  /** Milliseconds of a step that the profile has already. */
  private double prefillAgain(GpuStage stage, int tokens) {
    return prefillOf(stage, tokens, new int[1]);
  }

  private double prefillOf(GpuStage stage, int tokens, int[] ranks) {
    int times = Math.max(3, times() / 2);
    try (GpuStage.Rows rows = stage.new Rows(ranks, 0, tokens, times)) {
      return stage.time(rows, 3, times).step();
    }
  }

  private static double flops(ModelConfig config, int tokens) {
    double weights = 0;
    for (LinearModule module : LinearModule.values()) {
      weights += (double) config.inputSize(module) * config.outputSize(module);
    }
    double attention = 2.0 * tokens * tokens * config.heads() * config.headSize();
    double head = 2.0 * config.hiddenSize() * config.vocabularySize();
    return config.layers() * (2 * weights * tokens + attention) + head;
  }

  private void jvm(GpuStage stage) {
    int steps = options.quick() ? 20 : 400;
    try (GpuStage.Rows rows = stage.new Rows(new int[32], CONTEXT, 1, 2 * steps)) {
      SteadySteps steady = SteadySteps.of(rows::step, steps);
      report.add(
          ReportRow.of("heap bytes of a step", steady.bytesPerStep() / 1024, "KB")
              .with(Goal.atMost(20)));
      report.add(
          ReportRow.of("longest GC pause in steady decode", steady.longestPauseMillis(), "ms")
              .with(Goal.atMost(2)));
    }
  }

  private void uploads(GpuStage stage) {
    int rank = 64;
    try (GpuStage.Upload upload = stage.new Upload(rank)) {
      upload.start().join();
      List<Double> seconds = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        long start = System.nanoTime();
        upload.start().join();
        seconds.add((System.nanoTime() - start) / 1e9);
      }
      seconds.sort(null);
      double rate = stage.adapterBytes(rank) / seconds.get(4);
      fit().upload(rate);
      report.add(
          ReportRow.of("upload of an adapter of rank 64", rate / 1e9, "GB/s")
              .under(uploadBytes / 1e9, "a plain copy from pinned memory")
              .with(Goal.atLeast(0.9)));
      report.add(
          ReportRow.of(
                  "uploads that follow each other", following(stage, upload, rank) / 1e9, "GB/s")
              .under(uploadBytes / 1e9, "a plain copy from pinned memory")
              .with(Goal.atLeast(0.9)));
      double before = decodeAgain(stage, new int[32]);
      double meanwhile = decodeBeside(stage, upload);
      Beside steps = new Beside((before + decodeAgain(stage, new int[32])) / 2, meanwhile);
      report.add(
          ReportRow.of("decode, 32 rows, beside uploads", steps.percentOver(), "%")
              .with(Goal.atMost(5)));
    }
  }

  /** Bytes a second of uploads that are all asked for at once. */
  private static double following(GpuStage stage, GpuStage.Upload upload, int rank) {
    long start = System.nanoTime();
    CompletableFuture<?>[] all = new CompletableFuture<?>[UPLOADS];
    for (int i = 0; i < UPLOADS; i++) {
      all[i] = upload.start();
    }
    CompletableFuture.allOf(all).join();
    return UPLOADS * stage.adapterBytes(rank) / ((System.nanoTime() - start) / 1e9);
  }

  /** Milliseconds of a step of 32 rows while one upload follows another. */
  private double decodeBeside(GpuStage stage, GpuStage.Upload upload) {
    int all = WARM_UPS + times();
    try (GpuStage.Rows rows = stage.new Rows(new int[32], CONTEXT - all / 2, 1, all)) {
      for (int i = 0; i < WARM_UPS; i++) {
        rows.step();
      }
      double[] steps = new double[times()];
      CompletableFuture<Void> running = upload.start();
      for (int i = 0; i < steps.length; i++) {
        if (running.isDone()) {
          running = upload.start();
        }
        long start = System.nanoTime();
        rows.step();
        steps[i] = (System.nanoTime() - start) / 1e6;
      }
      running.join();
      Arrays.sort(steps);
      return steps[steps.length / 2];
    }
  }

  /** Points for the profile alone. */
  private void fitMore(GpuStage stage) {
    for (int rows : new int[] {8, 16, 48, 96}) {
      decodeOnly(stage, new int[rows], 256);
    }
    decodeOnly(stage, new int[32], 1024);
    decodeOnly(stage, ranks(8, 64), 256);
    prefill(stage, 512, 0);
    prefill(stage, 128, 0);
    prefill(stage, 512, 32);
    prefill(stage, 2048, 64);
  }
}
