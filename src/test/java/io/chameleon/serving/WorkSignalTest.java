package io.chameleon.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkSignalTest {

  @Test
  void await_withASignal_returnsAtOnce() {
    WorkSignal signal = new WorkSignal();

    signal.await();
    signal.passStarts();
    signal.signal();
    signal.passEnds(false);
    signal.await();

    assertThat(signal.status()).isEqualTo(DrainStatus.REQUIRED);
  }

  @Test
  void signals_fromOtherThreads_areAllSeen() throws InterruptedException {
    WorkSignal signal = new WorkSignal();
    AtomicInteger given = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    int total = 20_000;
    Thread worker =
        new Thread(() -> {
          while (taken.get() < total) {
            signal.await();
            signal.passStarts();
            taken.addAndGet(given.getAndSet(0));
            signal.passEnds(false);
          }
        });
    worker.start();
    for (int i = 0; i < total; i++) {
      given.incrementAndGet();
      signal.signal();
    }

    assertThat(worker.join(Duration.ofSeconds(30))).as("no signal was lost").isTrue();
    assertThat(taken).hasValue(total);
  }
}
