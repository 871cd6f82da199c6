package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chameleon.StreamCrowd.Outcome;
import io.chameleon.StreamCrowd.Visit;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two hundred streams at once over all adapters and the base, a third of which are left. */
class ConcurrentStreamsIT extends RunningService {

  private static final int STREAMS = 200;

  private static final int LEAVING = STREAMS / 3;

  private static final long SEED = 20261124;

  /** What code that ran for the first time, and a few idle connections, may keep. */
  private static final long HEAP_BOUND_BYTES = 8L << 20;

  private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();

  @Test
  void streams_twoHundredOverAllModels_giveTheGoldenTextsAndLeaveNothing() throws Exception {
    List<GoldenChat> chats = GoldenChat.all(codec);
    StreamCrowd.visit(client, StreamCrowd.draw(chats, chats.size(), 5, new Random(SEED)));
    awaitIdle();
    long heapBefore = heapAfterCollection();
    double leftBefore = cancelled("disconnect");
    long stepsBefore = steps();

    List<Visit> visits = StreamCrowd.draw(chats, STREAMS, LEAVING, new Random(SEED));
    List<Outcome> outcomes = StreamCrowd.visit(client, visits);

    assertThat(finished(outcomes))
        .hasSize(STREAMS - LEAVING)
        .allSatisfy(ConcurrentStreamsIT::isGolden);
    assertThat(outcomes.stream().filter(Outcome.Left.class::isInstance)).hasSize(LEAVING);
    awaitIdle();
    assertThat(cancelled("disconnect") - leftBefore).isEqualTo(LEAVING);
    await().atMost(SOON).until(() -> heapAfterCollection() - heapBefore < HEAP_BOUND_BYTES);
    System.out.printf(
        "%d streams, %d left, seed %d: %d steps, heap %+d KiB%n",
        STREAMS, LEAVING, SEED, steps() - stepsBefore, (heapAfterCollection() - heapBefore) / 1024);
  }

  static List<Outcome.Finished> finished(List<Outcome> outcomes) {
    return outcomes.stream()
        .flatMap(o -> o instanceof Outcome.Finished f ? Stream.of(f) : Stream.empty())
        .toList();
  }

  static void isGolden(Outcome.Finished finished) {
    GoldenChat chat = finished.visit().chat();
    assertThat(finished.text()).as(chat.toString()).isEqualTo(chat.text());
    assertThat(finished.finishReason()).as(chat.toString()).isEqualTo(chat.finishReason());
  }

  private long heapAfterCollection() {
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }
}
