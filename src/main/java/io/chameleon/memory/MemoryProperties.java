package io.chameleon.memory;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much memory the arena takes.
 *
 * @param fraction share of the memory that is free once the model is loaded, at most 0.95; 0 for
 *     what suits the device: 0.25 of the host's, 0.95 of a GPU's
 * @param arena its size, where it is not to be a share; 0 for the share
 */
@ConfigurationProperties("chameleon.memory")
public record MemoryProperties(
    @DefaultValue("0") double fraction, @DefaultValue("0B") DataSize arena) {

  private static final double MOST = 0.95;

  public MemoryProperties {
    if (!(fraction >= 0 && fraction <= MOST)) {
      throw new IllegalArgumentException(
          "chameleon.memory.fraction is %s; it must be 0 (by device) to %s"
              .formatted(fraction, MOST));
    }
    if (arena.isNegative()) {
      throw new IllegalArgumentException(
          "chameleon.memory.arena is %s; it must be 0 (by fraction) or more".formatted(arena));
    }
  }

  /**
   * Bytes of the arena.
   *
   * @param availableBytes how many are free once the model is loaded
   * @param usualShare the share of them where none is set
   */
  public long arenaBytes(long availableBytes, double usualShare) {
    double share = fraction == 0 ? usualShare : fraction;
    return arena.toBytes() > 0 ? arena.toBytes() : (long) (availableBytes * share);
  }
}
