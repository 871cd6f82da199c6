package io.chameleon.openai;

import io.chameleon.request.ServiceTerms;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and on which terms, as the headers of a request say.
 *
 * @param tenant whose rights on adapters count, or null for nobody in particular
 * @param ttftDeadline as in {@link ServiceTerms}
 * @param fairnessKey as in {@link ServiceTerms}
 * @param objectivePriority priority of the objective that the request names; 0 where it names none
 *     that is known
 */
record Caller(
    @Nullable String tenant,
    @Nullable Duration ttftDeadline,
    @Nullable String fairnessKey,
    int objectivePriority) {

  /** Nobody in particular, on ordinary terms. */
  static final Caller ANYBODY = new Caller(null, null, null, 0);

  /**
   * The terms of a request.
   *
   * @param priority what the body says, which goes before the objective; null where it says nothing
   */
  ServiceTerms terms(@Nullable Integer priority) {
    return new ServiceTerms(
        ttftDeadline, priority == null ? objectivePriority : priority, fairnessKey);
  }
}
