package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.StreamCrowd.Outcome;
import io.chameleon.fixtures.TestLength;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/**
 * A crowd of streams over HTTP, a third of which leave, in little memory: whatever the policy does,
 * each of the others gets its golden text, once, and the books are exact afterwards.
 */
@TestPropertySource(
    properties = {
      // 5,000 cells of the demo model; the largest adapter takes a quarter of them while it runs.
      "chameleon.memory.arena=40960000B",
      "chameleon.scheduling.output-reservation=8",
      "chameleon.scheduling.prefill-chunk=48"
    })
@DirtiesContext
abstract class PolicyStreams extends RunningService {

  private static final int STREAMS = TestLength.of(60, 120);

  private static final long SEED = 20261128;

  @Test
  void streams_underThePolicy_giveTheGoldenTexts() throws Exception {
    List<Outcome> outcomes =
        StreamCrowd.visit(
            client,
            StreamCrowd.draw(GoldenChat.all(codec), STREAMS, STREAMS / 3, new Random(SEED)));

    System.out.printf(
        "%s: %d streams, seed %d: %d preemptions%n",
        getClass().getSimpleName(), STREAMS, SEED, engine.status().scheduler().preemptions());
    assertThat(ConcurrentStreamsIT.finished(outcomes))
        .hasSize(STREAMS - STREAMS / 3)
        .allSatisfy(ConcurrentStreamsIT::isGolden);
  }
}
