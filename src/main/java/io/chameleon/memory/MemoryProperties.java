package io.chameleon.memory;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much memory the arena takes.
 *
 * @param fraction share of the free memory at start, over 0 and at most 0.95
 */
@ConfigurationProperties("chameleon.memory")
public record MemoryProperties(@DefaultValue("0.25") double fraction) {

  private static final double MOST = 0.95;

  public MemoryProperties {
    if (!(fraction > 0 && fraction <= MOST)) {
      throw new IllegalArgumentException(
          "chameleon.memory.fraction is %s; it must be over 0 and at most %s"
              .formatted(fraction, MOST));
    }
  }
}
