package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.StreamCrowd.Outcome;
import io.chameleon.StreamCrowd.Visit;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** More streams at once than a short queue holds: some are refused, all others are right. */
@TestPropertySource(properties = "chameleon.serving.queue-capacity=8")
@DirtiesContext
class FullQueueIT extends RunningService {

  private static final int STREAMS = 200;

  /** More than run and wait. */
  private static final int AT_ONCE = 40;

  private static final long SEED = 20261125;

  @Test
  void streams_moreThanTheQueueHolds_areServedRightOrRefused() throws Exception {
    List<Visit> visits =
        StreamCrowd.draw(GoldenChat.all(codec), STREAMS, STREAMS / 3, new Random(SEED));

    List<Outcome> outcomes = StreamCrowd.visit(client, visits, AT_ONCE);

    List<Outcome.Refused> refused =
        outcomes.stream()
            .flatMap(o -> o instanceof Outcome.Refused r ? Stream.of(r) : Stream.empty())
            .toList();
    List<Outcome.Finished> finished = ConcurrentStreamsIT.finished(outcomes);
    System.out.printf(
        "%d streams, queue of 8, seed %d: %d refused, %d finished%n",
        STREAMS, SEED, refused.size(), finished.size());
    assertThat(refused).isNotEmpty().allSatisfy(FullQueueIT::saysWhenToComeBack);
    assertThat(finished).isNotEmpty().allSatisfy(ConcurrentStreamsIT::isGolden);
  }

  @Test
  void request_forMoreThanTheQueueHolds_isRefusedForGood() {
    JsonNode body = GoldenChat.all(codec).getFirst().request().put("n", 9).put("temperature", 1);

    assertThat(client.post(ServiceClient.CHAT, body).statusCode()).isEqualTo(400);
  }

  private static void saysWhenToComeBack(Outcome.Refused refused) {
    assertThat(refused.status()).isEqualTo(429);
    long millis = Long.parseLong(String.valueOf(refused.retryAfterMillis()));
    long seconds = Long.parseLong(String.valueOf(refused.retryAfter()));
    assertThat(millis).isPositive();
    assertThat(seconds).isEqualTo(Math.ceilDiv(millis, 1000));
    JsonNode error = ServiceClient.JSON.readTree(refused.body()).get("error");
    assertThat(error.get("code").asString()).isEqualTo("queue_full");
    assertThat(error.get("type").asString()).isEqualTo("rate_limit_error");
  }
}
