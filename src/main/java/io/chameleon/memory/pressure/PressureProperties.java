package io.chameleon.memory.pressure;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When memory counts as tight. Thresholds are, in this order, where ELEVATED rises and falls, and
 * where CRITICAL does.
 *
 * @param interval time between two samples
 * @param hold how long a signal must stay below the threshold to fall before its level falls a step
 * @param arenaKv of cells that KV holds; a full arena is what a busy service has, and only says
 *     that no adapter rests there
 * @param arenaPredicted of the admitted requests' tokens; over 1 some must wait for others
 * @param heap of the heap after a collection
 * @param directBuffers of direct buffers
 * @param mappedBuffers of mapped files, which the kernel drops when it must: tight only as they
 *     outgrow memory
 * @param hostTier of the adapters' blocks in host memory; a full cache is at 1, so only what is
 *     over it counts
 * @param hostMemory of the machine's memory or the cgroup's limit
 * @param stall of the time in which some task waited for memory, of the machine and of the cgroup
 * @param deviceOthers of device memory that other processes hold
 */
@ConfigurationProperties("chameleon.pressure")
public record PressureProperties(
    @DefaultValue("500ms") Duration interval,
    @DefaultValue("5s") Duration hold,
    @DefaultValue("0.8 0.7 0.95 0.9") PressureThresholds arenaKv,
    @DefaultValue("1.0 0.8 2.0 1.5") PressureThresholds arenaPredicted,
    @DefaultValue("0.75 0.65 0.9 0.85") PressureThresholds heap,
    @DefaultValue("0.75 0.65 0.9 0.85") PressureThresholds directBuffers,
    @DefaultValue("1.0 0.9 2.0 1.5") PressureThresholds mappedBuffers,
    @DefaultValue("1.05 1.01 1.25 1.15") PressureThresholds hostTier,
    @DefaultValue("0.85 0.8 0.95 0.9") PressureThresholds hostMemory,
    @DefaultValue("0.1 0.05 0.4 0.2") PressureThresholds stall,
    @DefaultValue("0.1 0.05 0.3 0.2") PressureThresholds deviceOthers) {

  private static final Duration SHORTEST = Duration.ofMillis(10);

  private static final Duration LONGEST = Duration.ofMinutes(1);

  public PressureProperties {
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "chameleon.pressure.interval is %s; it must be %s to %s"
              .formatted(interval, SHORTEST, LONGEST));
    }
    if (hold.isNegative() || hold.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "chameleon.pressure.hold is %s; it must be 0 to 1 h".formatted(hold));
    }
  }

  /** The thresholds of a signal. */
  public PressureThresholds thresholds(SignalKind kind) {
    return switch (kind) {
      case ARENA_KV -> arenaKv;
      case ARENA_PREDICTED -> arenaPredicted;
      case HEAP -> heap;
      case DIRECT_BUFFERS -> directBuffers;
      case MAPPED_BUFFERS -> mappedBuffers;
      case HOST_TIER -> hostTier;
      case HOST_MEMORY -> hostMemory;
      case MACHINE_STALL, CGROUP_STALL -> stall;
      case DEVICE_OTHERS -> deviceOthers;
    };
  }
}
