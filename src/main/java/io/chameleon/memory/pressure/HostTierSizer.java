package io.chameleon.memory.pressure;

/**
 * How much the adapters' host tier may hold next, in bytes. While memory is tight it shrinks by
 * steps towards what others leave; at once by halves where memory is out; and afterwards it grows
 * back by steps. No state: who calls it keeps the maximum.
 *
 * @param configuredMaximum most that it may ever hold
 * @param floor what halving leaves it; at most the configured maximum
 * @param step what it grows and shrinks by; over 0
 */
public record HostTierSizer(long configuredMaximum, long floor, long step) {

  private static final int PARTS = 16;

  public HostTierSizer {
    if (configuredMaximum < 0 || floor < 0 || floor > configuredMaximum || step < 1) {
      throw new IllegalArgumentException(
          "a host tier of at most %d bytes, a floor of %d and steps of %d"
              .formatted(configuredMaximum, floor, step));
    }
  }

  /** Floor and steps of a sixteenth of the maximum. */
  public static HostTierSizer of(long configuredMaximum) {
    long part = configuredMaximum / PARTS;
    return new HostTierSizer(configuredMaximum, part, Math.max(1, part));
  }

  /**
   * The next maximum, after one sample.
   *
   * @param level of the signals about host memory
   * @param maximum the present one, 0 and more
   * @param weight what the tier holds, 0 and more; over the maximum if it is in use
   * @param headroom what is available beside, less what is to stay free; negative if that is short
   * @return 0 to the configured maximum
   */
  public long next(PressureLevel level, long maximum, long weight, long headroom) {
    if (maximum < 0 || weight < 0) {
      throw new IllegalArgumentException(
          "a host tier with a maximum of %d bytes holds %d".formatted(maximum, weight));
    }
    long present = Math.min(maximum, configuredMaximum);
    return switch (level) {
      case NORMAL -> present + Math.min(step, configuredMaximum - present);
      case ELEVATED -> Math.min(present, Math.max(present - step, left(weight, headroom)));
      case CRITICAL -> Math.min(present, Math.max(floor, present / 2));
    };
  }

  /** What others leave, between floor and configured maximum. */
  private long left(long weight, long headroom) {
    boolean isPlenty =
        weight >= configuredMaximum ? headroom >= 0 : headroom >= configuredMaximum - weight;
    return isPlenty ? configuredMaximum : Math.max(floor, weight + headroom);
  }
}
