package io.chameleon.serving;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The recording of the service's own traffic: sizes, adapters and times, no text. The simulator
 * replays it.
 *
 * @param file where the lines go, at its end if it is there already; empty for no recording
 * @param maxBytes most bytes of the file; what would make it longer is dropped and counted
 * @param tenants whether the fairness key of a request is recorded
 * @param steps where a line for each step of the engine goes: when it was, and what it had to do;
 *     replaces the file, up to {@code maxBytes}; empty for nowhere
 */
@ConfigurationProperties("chameleon.recording")
public record RecordingProperties(
    @DefaultValue("") String file,
    @DefaultValue("268435456") long maxBytes,
    @DefaultValue("false") boolean tenants,
    @DefaultValue("") String steps) {

  public RecordingProperties {
    if (maxBytes < 1) {
      throw new IllegalArgumentException(
          "chameleon.recording.max-bytes is %d; it must be at least 1".formatted(maxBytes));
    }
  }

  /** Whether requests are recorded. */
  public boolean isOn() {
    return !file.isBlank();
  }

  /** Whether steps are recorded. */
  public boolean hasSteps() {
    return !steps.isBlank();
  }
}
