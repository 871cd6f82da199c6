package io.chameleon.bench;

import org.jspecify.annotations.Nullable;

/** What came back for a request; times are nanoseconds from the load's start. */
sealed interface Reply {

  int TOO_MANY_REQUESTS = 429;

  /**
   * All its tokens.
   *
   * @param firstTokenNanos when the first came
   * @param endNanos when the last had come
   * @param serviceMs the part to the first token that the service counts: queue, adapter, prefill
   */
  record Answer(long firstTokenNanos, long endNanos, double serviceMs) implements Reply {}

  /**
   * A status that is no answer.
   *
   * @param nanos when it came
   * @param retryAfter the header {@code Retry-After}, or null
   * @param retryAfterMs the header {@code retry-after-ms}, or null
   * @param text what the service said
   * @param timing why, and where its time went within the service
   */
  record Refusal(
      int status,
      long nanos,
      @Nullable String retryAfter,
      @Nullable String retryAfterMs,
      String text,
      RefusalTiming timing)
      implements Reply {

    /** Whether it says to come again, and when. */
    boolean isPolite() {
      return status == TOO_MANY_REQUESTS && retryAfter != null && retryAfterMs != null;
    }
  }

  /** No answer, or one that broke off. */
  record Failure(String reason) implements Reply {}

  /** What an answer that has ended was. */
  static Reply of(StreamedAnswer answer, @Nullable Throwable failure, long start, long now) {
    if (failure == null) {
      return new Answer(
          answer.firstTokenNanos() - start, now - start, ServedTiming.serviceMs(answer));
    }
    Throwable cause = failure.getCause();
    String text = String.valueOf((cause == null ? failure : cause).getMessage());
    int status = answer.status();
    if (status == 0 || status == StreamedAnswer.OK) {
      return new Failure(text);
    }
    return new Refusal(
        status,
        now - start,
        answer.header("Retry-After"),
        answer.header("retry-after-ms"),
        text,
        RefusalTiming.parse(answer.header("Server-Timing")));
  }
}
