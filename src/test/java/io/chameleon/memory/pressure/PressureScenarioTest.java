package io.chameleon.memory.pressure;

import static io.chameleon.memory.pressure.PressureLevel.CRITICAL;
import static io.chameleon.memory.pressure.PressureLevel.ELEVATED;
import static io.chameleon.memory.pressure.PressureLevel.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.ManualClock;
import io.chameleon.memory.HostMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every signal raised and lowered at its source, with the host tier following. */
class PressureScenarioTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Samples of the hold time, and the one that begins it. */
  private static final int HOLD_SAMPLES =
      (int) Pressures.DEFAULTS.hold().dividedBy(Pressures.INTERVAL) + 1;

  private final ManualClock clock = new ManualClock();

  @TempDir private Path root;

  private FakePlatform platform;

  private PressureMonitor monitor;

  @BeforeEach
  void watch() {
    platform = new FakePlatform(root);
    monitor = new PressureMonitor(platform.signals(), Pressures.DEFAULTS, clock, () -> START);
    HostMemory host = new HostMemory(root);
    monitor.listen(
        new HostTierValve(
            HostTierSizer.of(FakePlatform.WHOLE),
            platform.tier(),
            () -> host.availableBytes() - FakePlatform.WHOLE / 10,
            maximum -> platform.tierMaximum = maximum));
  }

  @ParameterizedTest
  @EnumSource
  void signal_raisedAndLowered_takesTheLevelUpAtOnceAndDownByHeldSteps(SignalKind kind) {
    PressureThresholds at = Pressures.DEFAULTS.thresholds(kind);
    assertThat(sample(1)).isEqualTo(NORMAL);

    platform.fill(kind, at.elevatedRise() - 0.001);
    assertThat(sample(1)).isEqualTo(NORMAL);
    platform.fill(kind, at.elevatedRise() + 0.001);
    assertThat(sample(1)).isEqualTo(ELEVATED);
    assertThat(monitor.snapshot().level(kind.scope())).isEqualTo(ELEVATED);
    platform.fill(kind, at.criticalRise() + 0.001);
    assertThat(sample(1)).isEqualTo(CRITICAL);

    platform.fill(kind, at.criticalFall() + 0.001);
    assertThat(sample(3 * HOLD_SAMPLES)).isEqualTo(CRITICAL);
    platform.fill(kind, 0);
    assertThat(sample(HOLD_SAMPLES - 1)).isEqualTo(CRITICAL);
    assertThat(sample(1)).isEqualTo(ELEVATED);
    assertThat(sample(HOLD_SAMPLES - 2)).isEqualTo(ELEVATED);
    assertThat(sample(1)).isEqualTo(NORMAL);
    assertThat(sample(100)).isEqualTo(NORMAL);
  }

  @ParameterizedTest
  @EnumSource
  void hostTier_whileOneSignalIsCritical_followsThoseOfHostMemoryAlone(SignalKind kind) {
    platform.fill(kind, Pressures.DEFAULTS.thresholds(kind).criticalRise() + 0.001);
    sample(10);

    if (kind.scope() != PressureScope.HOST) {
      assertThat(platform.tierMaximum).isEqualTo(FakePlatform.WHOLE);
      return;
    }
    assertThat(platform.tierMaximum).isEqualTo(FakePlatform.WHOLE / 16);
    platform.fill(kind, 0);
    sample(2 * HOLD_SAMPLES + 16);
    assertThat(platform.tierMaximum).isEqualTo(FakePlatform.WHOLE);
  }

  @Test
  void hostTier_whileHostMemoryIsElevated_shrinksToWhatOthersLeave() {
    platform.fill(SignalKind.HOST_TIER, 0.5);
    platform.fill(SignalKind.HOST_MEMORY, 0.88);

    sample(1);
    assertThat(platform.tierMaximum).isEqualTo(FakePlatform.WHOLE * 15 / 16);
    sample(20);

    // It holds half; 0.12 are available, of which 0.1 stay free.
    assertThat(platform.tierMaximum).isEqualTo(520_000);
  }

  @Test
  void signal_whoseFileGoesAway_isAbsentWithTheReasonAndFallsAfterTheHold() throws IOException {
    platform.fill(SignalKind.CGROUP_STALL, 0.2);
    assertThat(sample(1)).isEqualTo(ELEVATED);
    Files.delete(root.resolve("sys/fs/cgroup/memory.pressure"));

    assertThat(sample(HOLD_SAMPLES - 1)).isEqualTo(ELEVATED);
    assertThat(monitor.snapshot().share(SignalKind.CGROUP_STALL)).isEmpty();
    assertThat(monitor.snapshot().causes())
        .startsWith("cgroup-stall is absent, there is no file ")
        .endsWith("sys/fs/cgroup/memory.pressure (ELEVATED)");
    assertThat(sample(1)).isEqualTo(NORMAL);
  }

  @Test
  void signals_whereThePlatformHasNone_areAbsentNotZero(@TempDir Path empty) {
    FakePlatform bare = new FakePlatform(root);
    PressureMonitor bareMonitor =
        new PressureMonitor(
            HostSignals.all(empty, bare.jvm()), Pressures.DEFAULTS, clock, () -> START);

    PressureSnapshot snapshot = bareMonitor.sample();

    assertThat(snapshot.share(SignalKind.HOST_MEMORY)).isEmpty();
    assertThat(snapshot.share(SignalKind.MACHINE_STALL)).isEmpty();
    assertThat(snapshot.share(SignalKind.CGROUP_STALL)).isEmpty();
    assertThat(snapshot.share(SignalKind.MAPPED_BUFFERS)).isEmpty();
    assertThat(snapshot.share(SignalKind.HEAP)).hasValue(0);
    assertThat(HostTierGauge.NONE.signal().source().get())
        .isEqualTo(new SignalReading.Absent("there is no host tier"));
  }

  @Test
  void signals_ofThisMachine_areSharesOrSayWhyNot() {
    PressureMonitor real =
        new PressureMonitor(
            HostSignals.all(Path.of("/"), new HotSpotMemory()),
            Pressures.DEFAULTS,
            clock,
            () -> START);

    PressureSnapshot snapshot = real.sample();

    assertThat(snapshot.share(SignalKind.HEAP).orElseThrow()).isBetween(0.0, 1.0);
    assertThat(snapshot.share(SignalKind.HOST_MEMORY).orElseThrow()).isBetween(0.0, 1.0);
    assertThat(snapshot.signals())
        .allSatisfy(state -> {
          if (state.reading() instanceof SignalReading.Absent(String reason)) {
            assertThat(reason).contains("/");
          }
        });
  }

  /** Takes so many samples, at the interval, and gives the level after the last. */
  private PressureLevel sample(int samples) {
    for (int i = 0; i < samples; i++) {
      monitor.sample();
      clock.advance(Pressures.INTERVAL);
    }
    return monitor.snapshot().level();
  }
}
