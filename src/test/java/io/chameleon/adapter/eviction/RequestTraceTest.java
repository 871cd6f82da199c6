package io.chameleon.adapter.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.Allocations;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RequestTraceTest {

  private static final int CAPACITY = 1_000;

  private final RequestTrace trace = new RequestTrace(CAPACITY);

  @Test
  void snapshot_beforeTheFirst_isEmpty() {
    assertThat(trace.snapshot()).isEmpty();
  }

  @Test
  void snapshot_isTheLastRequests_oldestFirst() {
    record(0, CAPACITY + 500);

    assertThat(trace.snapshot()).hasSize(CAPACITY);
    assertThat(trace.snapshot().getFirst()).isEqualTo(request(500));
    assertThat(trace.snapshot().getLast()).isEqualTo(request(CAPACITY + 499));
    assertThat(trace.total()).isEqualTo(CAPACITY + 500);
  }

  @Test
  void snapshot_whileItIsWritten_isWhole() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              record(0, 1);
              started.countDown();
              record(1, 2_000_000);
            });
    started.await();
    while (writer.isAlive()) {
      List<RecordedRequest> read = trace.snapshot();
      for (int i = 0; i < read.size(); i++) {
        long at = read.getFirst().atNanos() + i;
        assertThat(read.get(i)).isEqualTo(request(at));
      }
    }
    writer.join();

    assertThat(trace.snapshot()).hasSize(CAPACITY);
  }

  @Test
  void record_allocatesNothing() {
    record(0, 20_000);

    assertThat(Allocations.during(() -> record(0, 10_000))).isLessThan(1_000);
  }

  @Test
  void trace_withoutCapacity_isRefused() {
    assertThatThrownBy(() -> new RequestTrace(0))
        .hasMessage("the trace's capacity is 0; it must be at least 1");
  }

  private void record(long from, long to) {
    for (long i = from; i < to; i++) {
      trace.record(i, "a", (int) (i % 100) + 1, i + 1, 2 * i);
    }
  }

  private static RecordedRequest request(long i) {
    return new RecordedRequest(i, "a", (int) (i % 100) + 1, i + 1, 2 * i);
  }
}
