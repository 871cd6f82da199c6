package io.chameleon.bench;

import io.chameleon.engine.Batch;

/** What the way around the engine costs: HTTP, template, queue, events. */
final class ServiceRows {

  private static final String FIRST_TOKEN = "service-first-token-200-ms";

  private static final String PREFILL = "prefill step of as many tokens, in turns with it, + 15 ms";

  private static final double FIRST_TOKEN_ALLOWANCE_MILLIS = 15;

  private static final Goal OVERHEAD = Goal.atMost(1.1);

  private static final int TRIES = 20;

  private final BenchOptions options;

  private final Effort effort;

  ServiceRows(BenchOptions options) {
    this.options = options;
    this.effort = options.effort();
  }

  /** Measures, and adds the rows. The engine stands beside the service and rests meanwhile. */
  void addTo(Report report, BenchEngine engine) {
    try (ServiceUnderTest service = ServiceUnderTest.start(options.served())) {
      StreamWindows windows = new StreamWindows(service, effort);
      windows.median(); // for the compiler, which a service that has run for a while has behind it
      addFirstToken(report, service.client(), engine);
      addStreams(report, windows.median());
    }
  }

  private void addFirstToken(Report report, StreamingClient client, BenchEngine engine) {
    String message = message(client);
    Interleaved cases = new Interleaved();
    try (Prompts prompts = new Prompts(engine, 1, PrefillRows.SHORT)) {
      Batch prefill = prompts.prefill(0, null);
      cases.addTimed(FIRST_TOKEN, 1, () -> client.firstTokenNanos(message));
      cases.add(PREFILL, 1, () -> engine.step(prefill));
      Timings times = cases.run(effort.warmUps, effort.rounds * effort.repeats);
      report.add(
          ReportRow.of(FIRST_TOKEN, times.millis(FIRST_TOKEN), "ms")
              .under(times.millis(PREFILL) + FIRST_TOKEN_ALLOWANCE_MILLIS, PREFILL)
              .with(Goal.atMost(1)));
    }
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
