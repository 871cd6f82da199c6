package io.chameleon.load;

import java.net.URI;
import java.time.Duration;

/**
 * Where the load goes, how much of it and for how long.
 *
 * @param baseUrl scheme, host and port of the service
 * @param usersPerSecond requests that arrive each second, whether or not earlier ones have ended
 * @param duration how long requests arrive; whole seconds, at least one
 */
record LoadProfile(URI baseUrl, double usersPerSecond, Duration duration) {

  LoadProfile {
    if (!"http".equals(baseUrl.getScheme()) && !"https".equals(baseUrl.getScheme())) {
      throw new IllegalArgumentException("baseUrl %s: not http or https".formatted(baseUrl));
    }
    if (!(usersPerSecond > 0 && usersPerSecond <= 10_000)) {
      throw new IllegalArgumentException(
          "rate %s: not within (0, 10000] requests a second".formatted(usersPerSecond));
    }
    if (duration.toSeconds() < 1 || duration.toHours() > 24) {
      throw new IllegalArgumentException("duration %s: not 1 second to 1 day".formatted(duration));
    }
  }

  /**
   * Reads the system properties {@code baseUrl}, {@code rate} (requests a second) and {@code
   * duration} (seconds).
   *
   * @throws IllegalArgumentException if a value is no number or out of range
   */
  static LoadProfile fromSystemProperties() {
    return new LoadProfile(
        URI.create(System.getProperty("baseUrl", "http://127.0.0.1:8080")),
        Double.parseDouble(System.getProperty("rate", "4")),
        Duration.ofSeconds(Long.parseLong(System.getProperty("duration", "30"))));
  }

  /** Returns how many requests arrive at least, over the whole duration. */
  long minimumRequests() {
    return Math.max(1, (long) Math.floor(usersPerSecond * duration.toSeconds()));
  }
}
