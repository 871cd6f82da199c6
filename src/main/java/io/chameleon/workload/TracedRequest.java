package io.chameleon.workload;

/**
 * One request of a workload.
 *
 * @param seconds when it arrives, from the workload's start; 0 or more
 * @param inputTokens tokens of its prompt, at least 1
 * @param outputTokens tokens that it generates until it ends, at least 1
 * @param maxTokens tokens that its client allows it to generate, at least {@code outputTokens}
 * @param adapter number of its adapter from 0, or {@link #BASE_MODEL}
 * @param tenant number of who asks from 0, or {@link #NO_TENANT}
 */
public record TracedRequest(
    double seconds, int inputTokens, int outputTokens, int maxTokens, int adapter, int tenant) {

  /** The adapter of a request that asks for none. */
  public static final int BASE_MODEL = -1;

  /** The tenant of a request that names none. */
  public static final int NO_TENANT = -1;

  public TracedRequest {
    if (!(seconds >= 0) || Double.isInfinite(seconds)) {
      throw new IllegalArgumentException(
          "a request arrives at %s s; it must be 0 or more".formatted(seconds));
    }
    RequestLengths.check(inputTokens, outputTokens, maxTokens);
    if (adapter < BASE_MODEL || tenant < NO_TENANT) {
      throw new IllegalArgumentException(
          "a request has adapter %d and tenant %d; they must be -1 or more"
              .formatted(adapter, tenant));
    }
  }

  /** A request without a tenant whose client allows what it generates and no more. */
  public TracedRequest(double seconds, int inputTokens, int outputTokens, int adapter) {
    this(seconds, inputTokens, outputTokens, outputTokens, adapter, NO_TENANT);
  }

  /** How long it is. */
  public RequestLengths lengths() {
    return new RequestLengths(inputTokens, outputTokens, maxTokens);
  }

  TracedRequest at(double newSeconds) {
    return new TracedRequest(newSeconds, inputTokens, outputTokens, maxTokens, adapter, tenant);
  }

  TracedRequest with(RequestLengths lengths) {
    return new TracedRequest(
        seconds,
        lengths.inputTokens(),
        lengths.outputTokens(),
        lengths.maxTokens(),
        adapter,
        tenant);
  }
}
