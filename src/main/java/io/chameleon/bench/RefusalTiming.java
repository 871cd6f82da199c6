package io.chameleon.bench;

import io.chameleon.request.Refusal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the header {@code Server-Timing} of a refusal says.
 *
 * @param reason as in metrics, or empty where the service does not say
 * @param millis from the last byte of the request to the refusal, and its parts, by name
 */
record RefusalTiming(String reason, Map<String, Double> millis) {

  /** From the last byte of the request to the refusal. */
  static final String WHOLE = "refused";

  /** Of a refusal that does not say. */
  static final RefusalTiming UNKNOWN = new RefusalTiming("", Map.of());

  private static final String DESCRIPTION = "desc=";

  private static final String DURATION = "dur=";

  RefusalTiming {
    millis = Map.copyOf(millis);
  }

  /** Reads the header; null where there is none. */
  static RefusalTiming parse(@Nullable String header) {
    if (header == null) {
      return UNKNOWN;
    }
    String reason = "";
    Map<String, Double> millis = new HashMap<>();
    for (String entry : header.split(",", -1)) {
      String[] parts = entry.strip().split(";", -1);
      for (int i = 1; i < parts.length; i++) {
        if (parts[i].startsWith(DURATION)) {
          millis.put(parts[0], Double.valueOf(parts[i].substring(DURATION.length())));
        } else if (parts[0].equals(WHOLE) && parts[i].startsWith(DESCRIPTION)) {
          reason = parts[i].substring(DESCRIPTION.length());
        }
      }
    }
    return new RefusalTiming(reason, millis);
  }

  /** Whether the request had been let in, and was ended when it was too late for it. */
  boolean isEndedLate() {
    return reason.equals(Refusal.EXPIRED.wireName());
  }

  /** A part, or 0 if there is none of the name. */
  double millis(String part) {
    return millis.getOrDefault(part, 0.0);
  }
}
