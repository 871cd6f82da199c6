package io.chameleon.actuator;

import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.memory.pressure.HostTierGauge;
import io.chameleon.memory.pressure.PressureLevel;
import io.chameleon.memory.pressure.PressureScope;
import io.chameleon.memory.pressure.PressureSnapshot;
import io.chameleon.memory.pressure.PressureThresholds;
import io.chameleon.memory.pressure.SignalReading;
import io.chameleon.memory.pressure.SignalState;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** How tight memory is, as of the last sample, and what the caches may hold. */
@Endpoint(id = "pressure")
public class PressureEndpoint {

  private final Supplier<PressureSnapshot> snapshot;

  private final HostTierGauge hostTier;

  private final Supplier<ArenaSnapshot> arena;

  /**
   * Makes the endpoint.
   *
   * @param snapshot the monitor's latest
   * @param hostTier the adapters' host tier
   * @param arena the arena after the engine's last pass
   */
  public PressureEndpoint(
      Supplier<PressureSnapshot> snapshot, HostTierGauge hostTier, Supplier<ArenaSnapshot> arena) {
    this.snapshot = snapshot;
    this.hostTier = hostTier;
    this.arena = arena;
  }

  /** Describes the pressure. */
  @ReadOperation
  public PressureDescriptor pressure() {
    PressureSnapshot now = snapshot.get();
    return new PressureDescriptor(
        now.level(),
        levels(now),
        now.sampledAt(),
        now.signals().stream().map(PressureEndpoint::describe).toList(),
        describe(hostTier),
        arena.get());
  }

  private static Map<PressureScope, PressureLevel> levels(PressureSnapshot now) {
    Map<PressureScope, PressureLevel> levels = new EnumMap<>(PressureScope.class);
    for (PressureScope scope : PressureScope.values()) {
      levels.put(scope, now.level(scope));
    }
    return levels;
  }

  private static @Nullable HostTierDescriptor describe(HostTierGauge tier) {
    return tier.isPresent()
        ? new HostTierDescriptor(
            tier.maximumBytes().getAsLong(),
            tier.configuredMaximumBytes().getAsLong(),
            tier.weightBytes().getAsLong())
        : null;
  }

  private static SignalDescriptor describe(SignalState state) {
    @Nullable Double value = null;
    @Nullable String absent = null;
    switch (state.reading()) {
      case SignalReading.Share(double share) -> value = share;
      case SignalReading.Absent(String reason) -> absent = reason;
    }
    return new SignalDescriptor(
        state.kind().wireName(),
        state.kind().scope(),
        value,
        absent,
        state.level(),
        state.since(),
        state.thresholds());
  }

  /**
   * The pressure as JSON.
   *
   * @param level the worst of all signals
   * @param levels the worst of the signals about each memory
   * @param sampledAt when the signals were read
   * @param signals each signal
   * @param hostTier what adapters take of host memory, or null if there is no host tier
   * @param arena who owned how many cells after the engine's last pass
   */
  public record PressureDescriptor(
      PressureLevel level,
      Map<PressureScope, PressureLevel> levels,
      Instant sampledAt,
      List<SignalDescriptor> signals,
      @Nullable HostTierDescriptor hostTier,
      ArenaSnapshot arena) {}

  /**
   * One signal as JSON.
   *
   * @param name what is read
   * @param scope which memory it is about
   * @param value a share, or null if it is absent
   * @param absent why there is no value, or null if there is one
   * @param level how tight it says that memory is
   * @param since when that level was entered
   * @param thresholds where levels change
   */
  public record SignalDescriptor(
      String name,
      PressureScope scope,
      @Nullable Double value,
      @Nullable String absent,
      PressureLevel level,
      Instant since,
      PressureThresholds thresholds) {}

  /**
   * The host tier as JSON, in bytes.
   *
   * @param maximumBytes most that it may hold now
   * @param configuredMaximumBytes most that it may ever hold
   * @param weightBytes what it holds
   */
  public record HostTierDescriptor(
      long maximumBytes, long configuredMaximumBytes, long weightBytes) {}
}
