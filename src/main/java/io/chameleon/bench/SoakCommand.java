package io.chameleon.bench;

import com.google.errorprone.annotations.FormatMethod;
import io.chameleon.text.HuggingFaceTextCodec;
import io.chameleon.workload.AdapterMix;
import io.chameleon.workload.AzureConversationLengths;
import io.chameleon.workload.LengthScale;
import io.chameleon.workload.PoissonArrivals;
import io.chameleon.workload.Workload;
import io.chameleon.workload.WorkloadSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code bench soak}: a service with a large model under load for minutes, while adapters come, go
 * and are swapped, and clients hang up. Afterwards its books are to be in order, the card's memory
 * where it was, and answers those that it gives when it does nothing else.
 */
final class SoakCommand {

  private static final int WARM_REQUESTS = 2048;

  private static final double WARM_SECONDS = 4;

  private static final double CAPACITY_SECONDS = 6;

  private static final double PERCENT = 100;

  private static final double THOUSAND = 1e3;

  /** Answers by which it is measured how far two right ways to the same numbers are apart. */
  private static final int NOISE_ANSWERS = 16;

  /**
   * The likeliest token of one way and that of the other may each be off by what they differ by.
   */
  private static final double NOISES = 2;

  private static final double LEAST_TIE = 1e-4;

  /** Of what two ways differ by more than half of this, little could be said. */
  private static final double MOST_TIE = 0.4;

  /** Of 16-bit numbers, where no answer can be measured. */
  private static final double USUAL_NOISE = 0.05;

  /** Failures that are printed. */
  private static final int FEW = 5;

  private final SoakOptions options;

  private final PrintStream out;

  SoakCommand(SoakOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /** Runs it. */
  void run() throws IOException {
    int[] ranks =
        AdapterMix.even(options.adapters()).ranks().stream().mapToInt(Integer::intValue).toArray();
    try (LiveStage stage =
            new LiveStage(options.live(), LiveStage.EVEN + ranks.length, out, ranks);
        AdapterChurn churn =
            new AdapterChurn(stage.generator(), options.live().out(), options.live().seed())) {
      stage.describe(out);
      try (ServiceProcess service = stage.start("soak", spec(stage), List.of(churn.folder()))) {
        SoakReport report = soak(stage, service.client(), churn);
        out.println();
        Report rows = report.rows();
        rows.print(out);
        line("%nwritten: %s", rows.write(options.live().out()));
      }
    }
  }

  private ServiceSpec spec(LiveStage stage) {
    return options.batchInvariant()
        ? stage.spec().with("chameleon.engine.batch-invariant", "true")
        : stage.spec();
  }

  private SoakReport soak(LiveStage stage, StreamingClient client, AdapterChurn churn)
      throws IOException {
    double capacity =
        stage.capacity(
            client,
            workload(stage, 1, WARM_REQUESTS),
            options.live().sequences(),
            WARM_SECONDS,
            CAPACITY_SECONDS);
    double rate = capacity * options.percent() / PERCENT;
    line("load     %.2f requests/s of %.2f, for %d s", rate, capacity, options.seconds());
    int count = Math.max(2, (int) (rate * options.seconds()));
    SoakTraffic traffic = new SoakTraffic(stage, client, options.live().seed());
    CardMemory card = CardMemory.start();
    HeapSampler heap = HeapSampler.start(client);
    churn.start();
    try (card;
        heap) {
      traffic.send(workload(stage, rate, count));
      churn.stop();
    }
    line("churn    %s", churn.counts());
    LeftBehind left = LeftBehind.in(client);
    line("left     %s", left);
    traffic.failures().stream().limit(FEW).forEach(each -> line("failed   %s", each));
    SoakReport.Service counts = SoakReport.Service.of(client);
    SoakReport.Tokens tokens = tokens(stage, client, traffic);
    return new SoakReport(traffic, churn.changes(), counts, left, tokens, card, heap);
  }

  private SoakReport.Tokens tokens(LiveStage stage, StreamingClient client, SoakTraffic traffic)
      throws IOException {
    try (HuggingFaceTextCodec codec =
        HuggingFaceTextCodec.open(stage.model().folder(), false, Clock.systemUTC())
            .forModel(stage.model().config().vocabularySize())) {
      TokenCheck check =
          new TokenCheck(
              codec.vocabularySize(),
              id -> new String(codec.tokenBytes(id), StandardCharsets.UTF_8),
              (model, prompt, tokens) -> client.tokens(model, prompt, tokens).join());
      return judged(check, traffic, client.baseModel());
    }
  }

  private SoakReport.Tokens judged(TokenCheck check, SoakTraffic traffic, String base) {
    Map<TokenCheck.Verdict, Integer> own = new EnumMap<>(TokenCheck.Verdict.class);
    Map<TokenCheck.Verdict, Integer> others = new EnumMap<>(TokenCheck.Verdict.class);
    double worst = 0;
    List<SoakTraffic.Kept> kept = traffic.kept();
    double tie = tie(check, kept);
    int each = Math.max(1, Math.ceilDiv(kept.size(), options.checked()));
    for (int i = 0; i < kept.size(); i += each) {
      SoakTraffic.Kept one = kept.get(i);
      GeneratedTokens given = one.answer().join();
      TokenCheck.Finding finding = check.check(one.model(), one.prompt(), given, tie);
      own.merge(finding.verdict(), 1, Integer::sum);
      others.merge(check.check(base, one.prompt(), given, tie).verdict(), 1, Integer::sum);
      worst = Math.max(worst, finding.worstGap());
      if (finding.verdict() == TokenCheck.Verdict.WRONG) {
        line("wrong    %s, by %.3f", one.model(), finding.worstGap());
      }
    }
    line("tokens   alone: %s, the worst gap %.4f; by the base: %s", own, worst, others);
    return new SoakReport.Tokens(own, others, tie);
  }

  private double tie(TokenCheck check, List<SoakTraffic.Kept> kept) {
    if (options.batchInvariant()) {
      return 0;
    }
    return options.tieMillis() > 0 ? options.tieMillis() / THOUSAND : measuredTie(check, kept);
  }

  /**
   * Twice what two right ways to the same numbers differ by, within limits, for it is the service
   * itself that is asked.
   */
  private double measuredTie(TokenCheck check, List<SoakTraffic.Kept> kept) {
    List<Double> noises = new ArrayList<>();
    int each = Math.max(1, Math.ceilDiv(kept.size(), NOISE_ANSWERS));
    for (int i = 0; i < kept.size(); i += each) {
      SoakTraffic.Kept one = kept.get(i);
      check.noise(one.model(), one.prompt(), one.answer().join().size()).ifPresent(noises::add);
    }
    double noise = noises.stream().mapToDouble(Double::doubleValue).max().orElse(USUAL_NOISE);
    line(
        "noise    of %d answers alone, in two ways: log-probabilities within %.4f",
        noises.size(), noise);
    return Math.clamp(NOISES * noise, LEAST_TIE, MOST_TIE);
  }

  private Workload workload(LiveStage stage, double rate, int count) {
    LengthScale scale = new LengthScale(options.divisor(), stage.model().config().contextLength());
    return new WorkloadSpec(
            new AzureConversationLengths().scaled(scale),
            new PoissonArrivals(),
            WorkloadLaws.popularity("zipf:1"),
            stage.mix(),
            count,
            options.live().seed())
        .generate(rate);
  }

  @FormatMethod
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
