package io.chameleon.serving;

import io.chameleon.request.InvalidRequestException;
import java.util.Locale;

/** What becomes of the sequences of an adapter that is unloaded. */
public enum UnloadMode {
  /** They finish; no new ones begin. */
  DRAIN,
  /** If there are any, nothing is unloaded. */
  REFUSE,
  /** They are ended with an error. */
  FORCE;

  /**
   * The mode of this name.
   *
   * @throws InvalidRequestException if there is none
   */
  public static UnloadMode named(String name) {
    for (UnloadMode mode : values()) {
      if (mode.wireName().equals(name)) {
        return mode;
      }
    }
    throw new InvalidRequestException(
        "mode", "mode is `%s`; it must be drain, refuse or force.".formatted(name));
  }

  /** Its name in requests and answers. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
