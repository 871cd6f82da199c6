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
 */
@ConfigurationProperties("chameleon.recording")
public record RecordingProperties(
    @DefaultValue("") String file,
    @DefaultValue("268435456") long maxBytes,
    @DefaultValue("false") boolean tenants) {

  public RecordingProperties {
    if (maxBytes < 1) {
      throw new IllegalArgumentException(
          "chameleon.recording.max-bytes is %d; it must be at least 1".formatted(maxBytes));
    }
  }

  /** Whether anything is recorded. */
  public boolean isOn() {
    return !file.isBlank();
  }
}
