package io.chameleon.adapter.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class EvictionLogTest {

  @Test
  void log_keepsTheLast_newestFirst() {
    EvictionLog log = new EvictionLog(3);
    assertThat(log.newestFirst()).isEmpty();
    for (int i = 0; i < 5; i++) {
      log.add(decision(i));
    }

    assertThat(log.newestFirst()).extracting(EvictionDecision::atNanos).containsExactly(4L, 3L, 2L);
    assertThat(log.total()).isEqualTo(5);
  }

  @Test
  void log_readWhileItIsWritten_isWithoutGaps() throws InterruptedException {
    EvictionLog log = new EvictionLog(50);
    CountDownLatch started = new CountDownLatch(1);
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 200_000; i++) {
                log.add(decision(i));
                started.countDown();
              }
            });
    started.await();
    long last = 0;
    while (writer.isAlive()) {
      List<EvictionDecision> read = log.newestFirst();
      assertThat(read.size()).isLessThanOrEqualTo(50);
      for (int i = 1; i < read.size(); i++) {
        assertThat(read.get(i).atNanos()).isEqualTo(read.get(i - 1).atNanos() - 1);
      }
      if (!read.isEmpty()) {
        assertThat(read.getFirst().atNanos()).isGreaterThanOrEqualTo(last);
        last = read.getFirst().atNanos();
      }
    }
    writer.join();

    assertThat(log.newestFirst()).hasSize(50);
  }

  @Test
  void log_withoutCapacity_isRefused() {
    assertThatThrownBy(() -> new EvictionLog(0))
        .hasMessage("the log's capacity is 0; it must be at least 1");
  }

  @Test
  void forced_byScore_isRefused() {
    EvictionCandidate gone = Policies.adapter("a", 8, 16);

    assertThatThrownBy(() -> EvictionDecision.forced(EvictionReason.KV, "lru", gone, 1))
        .hasMessage("for reason KV a policy chooses");
  }

  private static EvictionDecision decision(long atNanos) {
    EvictionCandidate gone = Policies.adapter("a", 8, 16);
    return EvictionDecision.forced(EvictionReason.UNLOADED, "lru", gone, atNanos);
  }
}
