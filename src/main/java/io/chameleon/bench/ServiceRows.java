package io.chameleon.bench;

import io.chameleon.metrics.StepTotals;

/** What the way around the engine costs: HTTP, template, queue, events. */
final class ServiceRows {

  private static final double FIRST_TOKEN_ALLOWANCE_MILLIS = 15;

  private static final Goal OVERHEAD = Goal.atMost(1.1);

  private static final int TRIES = 20;

  private final BenchOptions options;

  private final Effort effort;

  ServiceRows(BenchOptions options) {
    this.options = options;
    this.effort = options.effort();
  }

  /** Measures, and adds the rows. */
  void addTo(Report report) {
    try (ServiceUnderTest service = ServiceUnderTest.start(options.served())) {
      StreamWindows windows = new StreamWindows(service, effort);
      windows.median(); // for the compiler, which a service that has run for a while has behind it
      addFirstToken(report, service);
      addStreams(report, windows.median());
    }
  }

  /** Each request is alone, and its prompt is one step. */
  private void addFirstToken(Report report, ServiceUnderTest service) {
    StreamingClient client = service.client();
    String message = message(client);
    double[] firstTokens = new double[effort.rounds * effort.repeats];
    double[] prefills = new double[firstTokens.length];
    for (int i = 0; i < firstTokens.length; i++) {
      long step = service.scheduler().steps();
      StepTotals before = service.totals();
      firstTokens[i] = client.firstTokenNanos(message) / 1e6;
      service.awaitStep(step + 1);
      prefills[i] = service.totals().since(before).engineMillis();
    }
    report.add(
        ReportRow.of("service-first-token-200-ms", Timings.median(firstTokens), "ms")
            .under(
                Timings.median(prefills) + FIRST_TOKEN_ALLOWANCE_MILLIS,
                "prefill step of the same requests + 15 ms")
            .with(Goal.atMost(1)));
  }

  private static void addStreams(Report report, StreamWindows.Window window) {
    report.add(
        ReportRow.of("service-16-streams-step-ms", window.wallMillis(), "ms")
            .under(window.engineMillis(), "the engine's part of the same steps")
            .with(OVERHEAD));
    report.add(ReportRow.of("service-16-streams-loop-ms", window.loopMillis(), "ms"));
  }

  /** A message that is a prompt of exactly so many tokens, found by asking. */
  private static String message(StreamingClient client) {
    int words = PrefillRows.SHORT / 2;
    for (int i = 0; i < TRIES; i++) {
      String message = "the " + "story ".repeat(words) + "ends";
      int missing = PrefillRows.SHORT - client.promptTokens(message);
      if (missing == 0) {
        return message;
      }
      words = Math.max(1, words + (Math.abs(missing) > 1 ? missing / 2 : missing));
    }
    throw new IllegalStateException(
        "no message found that makes a prompt of %d tokens".formatted(PrefillRows.SHORT));
  }
}
