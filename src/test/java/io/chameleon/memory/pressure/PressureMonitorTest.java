package io.chameleon.memory.pressure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@Timeout(60)
class PressureMonitorTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final ManualClock clock = new ManualClock();

  private final long startNanos = clock.getAsLong();

  private final AtomicReference<SignalReading> heap =
      new AtomicReference<>(new SignalReading.Share(0.5));

  @Test
  void snapshot_beforeTheFirstSample_isNormalAndAbsent() {
    PressureSnapshot snapshot = monitor(heapSignal()).snapshot();

    assertThat(snapshot.level()).isEqualTo(PressureLevel.NORMAL);
    assertThat(snapshot.signal(SignalKind.HEAP).orElseThrow().reading())
        .isEqualTo(new SignalReading.Absent("it has not been read yet"));
    assertThat(snapshot.share(SignalKind.HEAP)).isEmpty();
  }

  @Test
  void sample_keepsValueLevelThresholdsAndSince() {
    PressureMonitor monitor = monitor(heapSignal());
    clock.advance(Duration.ofSeconds(3));
    heap.set(new SignalReading.Share(0.8));

    monitor.sample();
    clock.advance(Duration.ofSeconds(3));
    monitor.sample();

    assertThat(monitor.snapshot())
        .isEqualTo(
            new PressureSnapshot(
                START.plusSeconds(6),
                List.of(
                    new SignalState(
                        SignalKind.HEAP,
                        new SignalReading.Share(0.8),
                        PressureLevel.ELEVATED,
                        Pressures.DEFAULTS.heap(),
                        START.plusSeconds(3)))));
  }

  @Test
  void level_isTheWorstSignals_andThatOfAScopeItsOwn() {
    PressureMonitor monitor =
        monitor(heapSignal(), signal(SignalKind.ARENA_KV, 1), signal(SignalKind.HOST_TIER, 1.1));

    PressureSnapshot snapshot = monitor.sample();

    assertThat(snapshot.level()).isEqualTo(PressureLevel.CRITICAL);
    assertThat(snapshot.level(PressureScope.ARENA)).isEqualTo(PressureLevel.CRITICAL);
    assertThat(snapshot.level(PressureScope.HOST)).isEqualTo(PressureLevel.ELEVATED);
    assertThat(snapshot.level(PressureScope.DEVICE)).isEqualTo(PressureLevel.NORMAL);
    assertThat(snapshot.causes())
        .isEqualTo("arena-kv is 1.00 (CRITICAL), host-tier is 1.10 (ELEVATED)");
  }

  @Test
  void causes_ofNothing_saySo() {
    assertThat(monitor(heapSignal()).sample().causes()).isEqualTo("no signal is tight");
  }

  @Test
  void signals_areInTheOrderOfTheirKinds() {
    PressureMonitor monitor =
        monitor(signal(SignalKind.HOST_TIER, 0), heapSignal(), signal(SignalKind.ARENA_KV, 0));

    assertThat(monitor.sample().signals().stream().map(SignalState::kind))
        .containsExactly(SignalKind.ARENA_KV, SignalKind.HEAP, SignalKind.HOST_TIER);
  }

  @Test
  void monitor_ofTheSameKindTwice_isRefused() {
    assertThatThrownBy(() -> monitor(heapSignal(), heapSignal()))
        .hasMessage("2 signals are of 1 kinds; each kind is watched once");
  }

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void signal_thatFails_isAbsentWithTheReasonAndLoggedOnce(CapturedOutput output) {
    PressureSignal broken =
        new PressureSignal(
            SignalKind.DEVICE_OTHERS,
            () -> {
              throw new UnsatisfiedLinkError("no cuda");
            });
    PressureMonitor monitor = monitor(broken, heapSignal());

    monitor.sample();
    PressureSnapshot snapshot = monitor.sample();

    assertThat(snapshot.signal(SignalKind.DEVICE_OTHERS).orElseThrow().reading())
        .isEqualTo(new SignalReading.Absent("java.lang.UnsatisfiedLinkError: no cuda"));
    assertThat(snapshot.share(SignalKind.HEAP)).hasValue(0.5);
    assertThat(output).containsOnlyOnce("The signal device-others cannot be read");
  }

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void listener_thatFails_isLoggedOnceAndStopsNobody(CapturedOutput output) {
    PressureMonitor monitor = monitor(heapSignal());
    List<PressureSnapshot> told = new ArrayList<>();
    monitor.listen(snapshot -> {
      throw new IllegalStateException("broken");
    });
    monitor.listen(told::add);

    PressureSnapshot first = monitor.sample();
    PressureSnapshot second = monitor.sample();

    assertThat(told).containsExactly(first, second);
    assertThat(output).containsOnlyOnce("A listener of the memory pressure has failed");
  }

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void level_thatChanges_isLoggedWithTheCause(CapturedOutput output) {
    PressureMonitor monitor = monitor(heapSignal());
    heap.set(new SignalReading.Share(0.91));

    monitor.sample();
    monitor.sample();

    assertThat(output)
        .containsOnlyOnce("Memory pressure was NORMAL and is CRITICAL: heap is 0.91 (CRITICAL)");
  }

  @Test
  void monitor_started_samplesUntilItIsClosed() throws InterruptedException {
    PressureMonitor monitor = monitor(heapSignal());
    CountDownLatch twoSamples = new CountDownLatch(2);
    AtomicReference<Thread> sampler = new AtomicReference<>();
    monitor.listen(snapshot -> {
      sampler.set(Thread.currentThread());
      twoSamples.countDown();
    });
    monitor.start();

    assertThat(twoSamples.await(30, TimeUnit.SECONDS)).isTrue();
    monitor.close();

    assertThat(sampler.get().isVirtual()).isTrue();
    assertThat(sampler.get().isAlive()).isFalse();
    assertThat(sampler.get().getName()).isEqualTo("chameleon-pressure");
  }

  @Test
  void monitor_neverStarted_closes() throws InterruptedException {
    PressureMonitor monitor = monitor(heapSignal());

    monitor.close();
    monitor.close();

    assertThat(monitor.sample().level()).isEqualTo(PressureLevel.NORMAL);
  }

  private PressureSignal heapSignal() {
    return new PressureSignal(SignalKind.HEAP, heap::get);
  }

  private static PressureSignal signal(SignalKind kind, double share) {
    return new PressureSignal(kind, () -> new SignalReading.Share(share));
  }

  private PressureMonitor monitor(PressureSignal... signals) {
    return new PressureMonitor(
        List.of(signals),
        Pressures.DEFAULTS,
        clock,
        () -> START.plusNanos(clock.getAsLong() - startNanos));
  }
}
