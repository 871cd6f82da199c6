package io.chameleon.memory;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much memory the arena takes.
 *
 * @param fraction share of the free memory at start, over 0 and at most 0.95
 * @param arena its size, where it is not to be a share; 0 for the share
 */
@ConfigurationProperties("chameleon.memory")
public record MemoryProperties(
    @DefaultValue("0.25") double fraction, @DefaultValue("0B") DataSize arena) {

  private static final double MOST = 0.95;

  public MemoryProperties {
    if (!(fraction > 0 && fraction <= MOST)) {
      throw new IllegalArgumentException(
          "chameleon.memory.fraction is %s; it must be over 0 and at most %s"
              .formatted(fraction, MOST));
    }
    if (arena.isNegative()) {
      throw new IllegalArgumentException(
          "chameleon.memory.arena is %s; it must be 0 (by fraction) or more".formatted(arena));
    }
  }

  /** Bytes of the arena, where so many are available. */
  public long arenaBytes(long availableBytes) {
    return arena.toBytes() > 0 ? arena.toBytes() : (long) (availableBytes * fraction);
  }
}
