package io.chameleon.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code bench overload}: many times what a service can do, by the clock, with deadlines. What it
 * takes on it shall serve in time, the rest it shall refuse at once, and afterwards it shall be as
 * it was before.
 */
final class OverloadCommand {

  private static final String DEADLINE = "x-slo-ttft-ms";

  /** Of the service as it is delivered. */
  private static final int QUEUE = 256;

  private static final int THIRDS = 3;

  /** Of the same load before it is counted, in which both sides load and compile their code. */
  private static final int COLD_SECONDS = 5;

  /** Failures that are printed. */
  private static final int FEW = 3;

  private final OverloadOptions options;

  private final PrintStream out;

  OverloadCommand(OverloadOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /** Runs it. */
  void run() throws IOException {
    try (ProofStage stage = options.stage().open()) {
      stage.describe(out);
      ServiceSpec spec =
          stage.spec().with(options.policy()).with("chameleon.serving.queue-capacity", QUEUE);
      try (ServiceProcess service = stage.start("overload", spec)) {
        finish(load(stage, service));
      }
    }
  }

  private Report load(ProofStage stage, ServiceProcess service) {
    StreamingClient client = service.client();
    double capacity = ServiceCapacity.perSecond(stage, client, options.capacitySeconds());
    double rate = options.times() * capacity;
    out.printf(
        Locale.ROOT,
        "load     %.1f requests/s for %d s, %d times the %.2f that it answers; deadline %d ms,"
            + " %s%n",
        rate,
        options.seconds(),
        options.times(),
        capacity,
        options.deadlineMs(),
        options.policy().propertyName());
    OverloadTally cold =
        tally(send(stage, client, rate, Math.min(COLD_SECONDS, options.seconds())));
    out.printf(
        "cold     %d requests before it; left %s%n", cold.sent().size(), LeftBehind.in(client));
    return flood(stage, service, capacity, cold);
  }

  private Report flood(
      ProofStage stage, ServiceProcess service, double capacity, OverloadTally cold) {
    StreamingClient client = service.client();
    double before = usedAfterCollection(service);
    double collected = HeapSampler.collections(client);
    HeapSampler heap = HeapSampler.start(client);
    List<Sent> sent;
    try (heap) {
      sent = send(stage, client, options.times() * capacity, options.seconds());
    }
    double collections = HeapSampler.collections(client) - collected;
    LeftBehind left = LeftBehind.in(client);
    HeapUse use =
        new HeapUse(
            collections,
            before,
            heap.least(0, THIRDS),
            heap.least(1, THIRDS),
            heap.least(2, THIRDS),
            usedAfterCollection(service));
    Sent.requireOnTime(sent, options.stage().mostLateMs());
    OverloadTally tally = tally(sent);
    tally.failures().stream().limit(FEW).forEach(each -> out.println("failed   " + each));
    out.printf("left     %s%n%n", left);
    return OverloadReport.of(capacity, cold, tally, use, left);
  }

  private OverloadTally tally(List<Sent> sent) {
    return new OverloadTally(sent, options.deadlineMs());
  }

  private List<Sent> send(ProofStage stage, StreamingClient client, double rate, int seconds) {
    return OpenLoop.byTheClock()
        .send(
            stage.arrivals(
                stage.workload(rate, seconds, seconds),
                client,
                Map.of(DEADLINE, Integer.toString(options.deadlineMs()))));
  }

  private double usedAfterCollection(ServiceProcess service) {
    if (!service.collectGarbage()) {
      out.println("heap     not collected before it was looked at: there is no jcmd");
    }
    return HeapSampler.used(service.client());
  }

  private void finish(Report report) throws IOException {
    report.print(out);
    out.printf("%nwritten: %s%n", report.write(options.stage().out()));
  }
}
