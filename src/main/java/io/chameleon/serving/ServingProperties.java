package io.chameleon.serving;

import io.chameleon.admission.WaitingRules;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The way in, and the streams out.
 *
 * @param queueCapacity most requests that wait to run, in sinks and queues together; one more is
 *     answered with 429
 * @param maxUnreadTokens most tokens that are kept for a reader who does not read; with one more
 *     its sequence is ended
 * @param ttftDeadline deadline of the first token of requests that set none: who could only be
 *     served after it is answered with 429 at once; 0 for none
 * @param maxWait longest wait of a request of the largest size class before it starts; class i of n
 *     waits i/n of it at most. Who is expected to wait longer is answered with 429 at once; 0 for
 *     no bound
 * @param classMaxWaits longest wait of each size class, smallest first, the last one for all
 *     further classes; empty for what follows from {@code maxWait}
 * @param endLate whether an admitted request that still waits when it can have no first token in
 *     time, or has waited as long as it may, is answered with 429; else it runs late
 * @param shutdownGrace how long a stop lets admitted requests run before it ends them
 */
@ConfigurationProperties("chameleon.serving")
public record ServingProperties(
    @DefaultValue("256") int queueCapacity,
    @DefaultValue("1000") int maxUnreadTokens,
    @DefaultValue("0s") Duration ttftDeadline,
    @DefaultValue("5m") Duration maxWait,
    @DefaultValue List<Duration> classMaxWaits,
    @DefaultValue("true") boolean endLate,
    @DefaultValue("20s") Duration shutdownGrace) {

  private static final int MOST = 1_000_000;

  public ServingProperties {
    requireRange("queue-capacity", queueCapacity);
    requireRange("max-unread-tokens", maxUnreadTokens);
    requireNotNegative("ttft-deadline", ttftDeadline);
    requireNotNegative("max-wait", maxWait);
    classMaxWaits = List.copyOf(classMaxWaits);
    classMaxWaits.forEach(ServingProperties::requirePositive);
    requireNotNegative("shutdown-grace", shutdownGrace);
  }

  private static void requireRange(String property, int value) {
    if (value < 1 || value > MOST) {
      throw new IllegalArgumentException(
          "chameleon.serving.%s is %d; it must be 1 to %d".formatted(property, value, MOST));
    }
  }

  /** How long requests may wait. */
  public WaitingRules waitingRules() {
    return new WaitingRules(ttftDeadline, maxWait, classMaxWaits, endLate);
  }

  private static void requirePositive(Duration wait) {
    if (!wait.isPositive()) {
      throw new IllegalArgumentException(
          "chameleon.serving.class-max-waits has %s; it must be over 0".formatted(wait));
    }
  }

  private static void requireNotNegative(String property, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(
          "chameleon.serving.%s is %s; it must not be negative".formatted(property, value));
    }
  }
}
