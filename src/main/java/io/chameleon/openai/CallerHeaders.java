package io.chameleon.openai;

import io.chameleon.request.InvalidRequestException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Reads the headers that say who asks and on which terms; gateways have given them their names. */
final class CallerHeaders {

  /** Milliseconds to the first token, after which the answer is of no use. */
  static final String TTFT_DEADLINE = "x-slo-ttft-ms";

  /** Whose share of the service a request counts against. */
  static final String FAIRNESS_ID = "x-gateway-inference-fairness-id";

  /** Names an objective, which stands for a priority. */
  static final String OBJECTIVE = "x-gateway-inference-objective";

  /** An hour. */
  static final int MAX_DEADLINE_MILLIS = 3_600_000;

  /** Most characters of a fairness id. */
  static final int MAX_FAIRNESS_ID = 200;

  private static final Pattern DEADLINE = Pattern.compile("[0-9]{1,9}");

  private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]+");

  private final String tenantHeader;

  private final Map<String, Integer> objectives;

  /**
   * Makes the reader.
   *
   * @param tenantHeader names the tenant
   * @param objectives the priority of each objective that is known
   */
  CallerHeaders(String tenantHeader, Map<String, Integer> objectives) {
    this.tenantHeader = tenantHeader;
    this.objectives = Map.copyOf(objectives);
  }

  /**
   * Reads the headers of a request; of several of a name the first counts.
   *
   * @throws InvalidRequestException naming the header, its value and the limits
   */
  Caller read(HttpHeaders headers) {
    return new Caller(
        headers.getFirst(tenantHeader),
        deadline(headers.getFirst(TTFT_DEADLINE)),
        fairnessKey(headers.getFirst(FAIRNESS_ID)),
        priority(headers.getFirst(OBJECTIVE)));
  }

  private static @Nullable Duration deadline(@Nullable String value) {
    if (value == null) {
      return null;
    }
    String text = value.strip();
    int millis = DEADLINE.matcher(text).matches() ? Integer.parseInt(text) : 0;
    if (millis < 1 || millis > MAX_DEADLINE_MILLIS) {
      throw new InvalidRequestException(
          TTFT_DEADLINE,
          "%s is `%s`; it must be an integer from 1 to %d."
              .formatted(TTFT_DEADLINE, JsonValues.shorten(text), MAX_DEADLINE_MILLIS));
    }
    return Duration.ofMillis(millis);
  }

  private static @Nullable String fairnessKey(@Nullable String value) {
    if (value == null || value.isBlank()) {
      return null;
    }
    String key = value.strip();
    if (key.length() > MAX_FAIRNESS_ID || !PRINTABLE.matcher(key).matches()) {
      throw new InvalidRequestException(
          FAIRNESS_ID,
          "%s is `%s`, of %d characters; it must have at most %d, all of them printable ASCII."
              .formatted(FAIRNESS_ID, JsonValues.shorten(key), key.length(), MAX_FAIRNESS_ID));
    }
    return key;
  }

  private int priority(@Nullable String objective) {
    return objective == null ? 0 : objectives.getOrDefault(objective.strip(), 0);
  }
}
