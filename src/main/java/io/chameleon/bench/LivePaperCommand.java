package io.chameleon.bench;

import com.google.errorprone.annotations.FormatMethod;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.simulation.ProfileFile;
import io.chameleon.simulation.Simulation;
import io.chameleon.simulation.SimulationProfile;
import io.chameleon.simulation.SimulationSetup;
import io.chameleon.simulation.StepCost;
import io.chameleon.workload.AdapterMix;
import io.chameleon.workload.AzureConversationLengths;
import io.chameleon.workload.LengthScale;
import io.chameleon.workload.PoissonArrivals;
import io.chameleon.workload.TracedRequest;
import io.chameleon.workload.Workload;
import io.chameleon.workload.WorkloadSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code bench live-paper}: the Chameleon paper's evaluation by real services. Each policy has a
 * service of its own over real HTTP, and the same requests come to each by the clock, at loads from
 * low to past the knee; those past it are left out once a policy is far beyond the objective.
 */
final class LivePaperCommand {

  /** Of the median time of a request at the lowest load: the paper's objective. */
  private static final double OBJECTIVE = 5;

  /** A policy whose tail is so many times the objective is not asked for more. */
  private static final double BEYOND = 2;

  private static final double CAPACITY_SECONDS = 8;

  private static final double WARM_SECONDS = 3;

  /** Where no capacity is measured, one part in so many of the sequences is enough. */
  private static final int WARM_PART = 4;

  private static final int WARM_REQUESTS = 4096;

  private static final int WAY_ASKS = 15;

  /** Between the visits to all adapters and the load, where it is simulated. */
  private static final double PAUSE_SECONDS = 1;

  private static final double PERCENT = 100;

  private final LivePaperOptions options;

  private final PrintStream out;

  private double capacity;

  private double objectiveMs;

  private double wayMs;

  private WarmFits fits = WarmFits.NONE;

  LivePaperCommand(LivePaperOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
    this.capacity = options.capacity();
  }

  /** Runs it. */
  void run() throws IOException {
    int[] ranks =
        AdapterMix.even(options.adapters()).ranks().stream().mapToInt(Integer::intValue).toArray();
    try (LiveStage stage =
        new LiveStage(options.live(), LiveStage.EVEN + ranks.length, out, ranks)) {
      stage.describe(out);
      line("requests lengths of the Azure conversation trace by %d", options.divisor());
      line("         each declares the output that it gets");
      line("         Poisson arrivals, adapters by %s, seed %d", options.popularity(), seed());
      if (options.policies().contains(PolicyKind.S_LORA)) {
        line("s-lora   %d tokens a step", options.sloraBatchTokens());
      }
      Optional<SimulationProfile> profile = profile();
      List<LivePoint> points = new ArrayList<>();
      for (PolicyKind policy : options.policies()) {
        points.addAll(points(stage, policy, profile));
        new LivePaperReport(points, objectiveMs, fits).write(options.live().out());
      }
      profile.ifPresent(of ->
          points.replaceAll(point -> simulated(stage, of.with(costs(of, point.policy())), point)));
      out.println();
      LivePaperReport report = new LivePaperReport(points, objectiveMs, fits);
      report.print(out);
      line("%nwritten: %s", report.write(options.live().out()));
    }
  }

  private long seed() {
    return options.live().seed();
  }

  private List<LivePoint> points(
      LiveStage stage, PolicyKind policy, Optional<SimulationProfile> profile) throws IOException {
    List<LivePoint> points = new ArrayList<>();
    String name = policy.propertyName();
    Path log = options.live().out().resolve("steps-%s.csv".formatted(name)).toAbsolutePath();
    long start = System.nanoTime();
    try (ServiceProcess service =
        stage.start(name, ProofStage.recorded(spec(stage, policy), log))) {
      long cold = LiveSteps.count(log);
      warm(stage, service);
      if (profile.isPresent()) {
        fits = fits.with(name, fit(profile.get(), LiveSteps.read(log, cold)));
      }
      line("ready    %s after %.1f s", name, (System.nanoTime() - start) / 1e9);
      for (int percent : options.percents()) {
        long before = LiveSteps.count(log);
        LivePoint point = point(stage, service, name, percent);
        LiveSteps.read(log, before)
            .lines(profile.map(of -> costs(of, name)))
            .forEach(each -> line("         %s", each));
        points.add(point);
        if (objectiveMs == 0) {
          objectiveMs = OBJECTIVE * point.live().medianWhole();
          line("objective %.0f ms of P99 time to first token", objectiveMs);
        }
        if (point.live().p99Ttft() > BEYOND * objectiveMs) {
          line("beyond   %s is not asked for more", policy.propertyName());
          break;
        }
      }
    }
    return points;
  }

  /**
   * All shapes of steps that come are to have been seen before. The first service is seen for
   * longer where its capacity is measured, and each policy's step costs are fitted to its own.
   */
  private void warm(LiveStage stage, ServiceProcess service) {
    Workload requests = workload(stage, 1, WARM_REQUESTS, seed() - 1);
    boolean measured = capacity == 0;
    int all = options.live().sequences();
    int clients = measured ? all : Math.ceilDiv(all, WARM_PART);
    double seconds = measured ? CAPACITY_SECONDS : WARM_SECONDS;
    double rate = stage.capacity(service.client(), requests, clients, WARM_SECONDS, seconds);
    if (measured) {
      capacity = rate;
      line("capacity %.2f requests/s, with %d clients", capacity, clients);
    }
    if (wayMs == 0) {
      wayMs = stage.wayMs(service.client(), WAY_ASKS);
      line("way      %.2f ms of HTTP, added to what is simulated", wayMs);
    }
  }

  /**
   * Profiles are of steps measured alone; what they cost in a service is seen before the loads. The
   * steps of the loads themselves are not looked at, for those are to be foretold.
   */
  private WarmFit fit(SimulationProfile profile, LiveSteps steps) {
    WarmFit found = WarmFit.of(profile.stepCost(), steps.after(WARM_SECONDS));
    found.lines().forEach(each -> line("%s", each));
    return found;
  }

  private StepCost costs(SimulationProfile profile, String policy) {
    return fits.costs(policy, profile.stepCost());
  }

  private LivePoint point(LiveStage stage, ServiceProcess service, String policy, int percent) {
    double rate = rate(percent);
    List<Sent> sent =
        OpenLoop.byTheClock().send(stage.arrivals(workload(stage, rate), service.client()));
    List<ServedTimes> served = ServedTimes.of(sent);
    LivePoint point =
        new LivePoint(
            policy,
            rate,
            ServedTimes.figures(served, warmUp()),
            null,
            sent.size() - served.size(),
            Sent.lateness(sent));
    line(
        "load     %s at %.2f/s (%d %%): TTFT %.0f ms, P99 %.0f; TBT %.1f, P99 %.1f; %d requests,"
            + " %d unanswered, sent %.2f ms late (P99)",
        policy,
        rate,
        percent,
        point.live().medianTtft(),
        point.live().p99Ttft(),
        point.live().medianGap(),
        point.live().p99Gap(),
        point.live().requests(),
        point.unanswered(),
        point.latenessMs());
    return point;
  }

  private double rate(int percent) {
    return percent / PERCENT * capacity;
  }

  private double warmUp() {
    return options.seconds() / 4.0;
  }

  /**
   * Lengths, adapters and order are the same at each load, only faster, with more of them behind:
   * else a load could seem lighter than a lower one by its requests alone. The warm-up takes more
   * of them from a higher load.
   */
  private Workload workload(LiveStage stage, double rate) {
    int count = Math.max(2, (int) Math.ceil(rate * (warmUp() + options.seconds())));
    return workload(stage, rate, count, seed());
  }

  private Workload workload(LiveStage stage, double rate, int count, long seed) {
    LengthScale scale = new LengthScale(options.divisor(), stage.model().config().contextLength());
    return new WorkloadSpec(
            new AzureConversationLengths().scaled(scale),
            new PoissonArrivals(),
            WorkloadLaws.popularity(options.popularity()),
            stage.mix(),
            count,
            seed)
        .generate(rate);
  }

  private ServiceSpec spec(LiveStage stage, PolicyKind policy) {
    ServiceSpec spec =
        stage
            .spec()
            .with(policy)
            .with("chameleon.scheduling.chameleon.max-input-tokens", longest(14_050))
            .with("chameleon.scheduling.chameleon.max-output-tokens", longest(1000))
            .with("chameleon.scheduling.chameleon.max-rank", "128")
            .with("chameleon.scheduling.chameleon.refresh", "5s")
            .with("chameleon.scheduling.chameleon.minimum-samples", "40");
    if (policy == PolicyKind.S_LORA) {
      spec = LiveStage.withBatchTokens(spec, options.sloraBatchTokens());
    }
    if (objectiveMs == 0) {
      return spec;
    }
    String objective = Math.round(objectiveMs) + "ms";
    return spec.with("chameleon.scheduling.chameleon.slo", objective)
        .with("chameleon.scheduling.adaptive.objective", objective);
  }

  /** The trace's longest, divided as all are. */
  private int longest(int traced) {
    return Math.ceilDiv(traced, options.divisor());
  }

  /** Looked for before anything is measured. */
  private Optional<SimulationProfile> profile() {
    if (options.profile().isEmpty()) {
      line("profile  none; nothing is simulated");
      return Optional.empty();
    }
    try {
      return Optional.of(ProfileFile.load(options.profile()).withCells(options.live().cells()));
    } catch (IllegalArgumentException e) {
      line("profile  %s; nothing is simulated", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private LivePoint simulated(LiveStage stage, SimulationProfile profile, LivePoint point) {
    ServiceSpec spec = spec(stage, PolicyKind.named(point.policy()));
    // So it comes to a service that has visited each adapter once.
    List<TracedRequest> visits = stage.visits();
    double later = visits.getLast().seconds() + PAUSE_SECONDS;
    Workload workload = workload(stage, point.perSecond()).behind(visits, later);
    return point.with(
        ServedTimes.figures(
            ServedTimes.of(
                Simulation.run(
                    new SimulationSetup(profile, spec.settings(), stage.mix(), workload)),
                wayMs),
            later + warmUp()));
  }

  @FormatMethod
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
