package io.chameleon.bench;

import tools.jackson.databind.JsonNode;

/**
 * Where the time of an answer went, as the service and as its client saw it, in milliseconds.
 *
 * @param firstTokenMs from sending to the first token, as the client saw it
 * @param serviceMs the part of it that the service counts: queue, adapter, prefill
 * @param adapterMs the wait for the adapter alone
 * @param source where the adapter was: device, host or disk; empty for the base
 */
record ServedTiming(double firstTokenMs, double serviceMs, double adapterMs, String source) {

  private static final double NANOS_PER_MS = 1e6;

  /** Asks, and waits for the end. */
  static ServedTiming of(StreamingClient client, Load.Ask ask) {
    long start = System.nanoTime();
    try (StreamedAnswer answer = client.complete(ask.model(), ask.prompt(), ask.outputTokens())) {
      answer.awaitEnd();
      JsonNode timing = timing(answer);
      return new ServedTiming(
          (answer.firstTokenNanos() - start) / NANOS_PER_MS,
          serviceMs(answer),
          timing.required("adapter").asDouble(),
          timing.path("adapter_source").asString(""));
    }
  }

  /** The part to the first token that the service counts, of an answer that has ended. */
  static double serviceMs(StreamedAnswer answer) {
    JsonNode timing = timing(answer);
    return timing.required("queue").asDouble()
        + timing.required("adapter").asDouble()
        + timing.required("prefill").asDouble();
  }

  private static JsonNode timing(StreamedAnswer answer) {
    return answer.lastEvent().required("timing");
  }

  /** What HTTP, tokens and events take on the way to the first token. */
  double wayMs() {
    return firstTokenMs - serviceMs;
  }
}
