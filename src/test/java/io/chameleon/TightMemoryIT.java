package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.StreamCrowd.Outcome;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/**
 * An arena that holds a few adapters at a time, and sequences that are given few cells at once:
 * adapters come and go, windows and KV move, sequences are put back, and every text is right.
 */
@TestPropertySource(
    properties = {
      // 2,500 cells of the demo model; the largest adapter takes half of them while it runs.
      "chameleon.memory.arena=20480000B",
      "chameleon.scheduling.output-reservation=1",
      "chameleon.scheduling.prefill-chunk=48"
    })
@DirtiesContext
class TightMemoryIT extends RunningService {

  private static final int STREAMS = 200;

  private static final long SEED = 20261126;

  @Test
  void streams_inLittleMemory_giveTheGoldenTexts() throws Exception {
    List<Outcome> outcomes =
        StreamCrowd.visit(
            client,
            StreamCrowd.draw(GoldenChat.all(codec), STREAMS, STREAMS / 3, new Random(SEED)));

    List<Outcome.Finished> finished = ConcurrentStreamsIT.finished(outcomes);
    System.out.printf(
        "%d streams in %d cells, seed %d: %d preemptions%n",
        STREAMS, engine.status().arena().cells(), SEED, engine.status().scheduler().preemptions());
    assertThat(finished).hasSize(STREAMS - STREAMS / 3).allSatisfy(ConcurrentStreamsIT::isGolden);
    assertThat(engine.status().scheduler().preemptions()).isPositive();
  }
}
