package io.chameleon.scheduling;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The policies that can be chosen. */
public enum PolicyKind {
  /** Who came first starts first. */
  FIFO;

  /**
   * The policy of this name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static PolicyKind named(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.propertyName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "chameleon.scheduling.policy is '%s'; known policies are: %s"
                    .formatted(name, names())));
  }

  /** Its name in the configuration. */
  public String propertyName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A policy of this kind with empty queues. */
  public SchedulingPolicy create() {
    return switch (this) {
      case FIFO -> new FifoPolicy();
    };
  }

  private static String names() {
    return Arrays.stream(values()).map(PolicyKind::propertyName).collect(Collectors.joining(", "));
  }
}
