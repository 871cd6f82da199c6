package io.chameleon.request;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a request wants to be served beside others; it changes nothing of what is generated.
 *
 * @param ttftDeadline time from admission to the first token after which the answer is of no use,
 *     over 0; null where the request sets none
 * @param priority among requests that wait, as in vLLM: the lower, the earlier; 0 is ordinary. Any
 *     int, so compare and do not subtract
 * @param fairnessKey whose share of the service this counts against, not empty; null where the
 *     request does not say
 */
public record ServiceTerms(
    @Nullable Duration ttftDeadline, int priority, @Nullable String fairnessKey) {

  /** No deadline, ordinary priority, nobody in particular. */
  public static final ServiceTerms DEFAULT = new ServiceTerms(null, 0, null);

  public ServiceTerms {
    if (ttftDeadline != null && !ttftDeadline.isPositive()) {
      throw new IllegalArgumentException(
          "deadline of %s for the first token; it must be over 0".formatted(ttftDeadline));
    }
    if (fairnessKey != null && fairnessKey.isEmpty()) {
      throw new IllegalArgumentException("fairness key of 0 characters; it must have at least 1");
    }
  }
}
