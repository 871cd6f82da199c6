package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chameleon.StreamCrowd.Outcome;
import io.chameleon.StreamCrowd.Visit;
import io.netty.channel.ChannelOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.node.ObjectNode;

/** A client that opens a stream and does not read it loses it, and nobody else notices. */
@TestPropertySource(properties = "chameleon.serving.max-unread-tokens=40")
@Import(SlowReaderIT.SmallSendBuffer.class)
@DirtiesContext
class SlowReaderIT extends RunningService {

  private static final long SEED = 20261128;

  private static final int MAX_TOKENS = 900;

  private static final int CHOICES = 4;

  /** The kernel would keep megabytes for the reader, which is more than one sequence gives. */
  @TestConfiguration
  static class SmallSendBuffer {

    private static final int BYTES = 16 * 1024;

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> smallSendBuffer() {
      return factory ->
          factory.addServerCustomizers(
              server -> server.childOption(ChannelOption.SO_SNDBUF, BYTES));
    }
  }

  @Test
  void stream_whoseClientDoesNotRead_isEndedWithTheReason() throws Exception {
    try (RawClient slow = new RawClient(port, 4096).post(longChat())) {
      List<Visit> visits = StreamCrowd.draw(GoldenChat.all(codec), 40, 0, new Random(SEED));
      List<Outcome> others = StreamCrowd.visit(client, visits);
      await().atMost(SOON).until(() -> cancelled("slow_reader") > 0);
      awaitIdle();
      assertThat(cancelled("slow_reader") + cancelled("disconnect")).isEqualTo(CHOICES);

      String received = slow.readUntil("0\r\n\r\n");
      assertThat(ConcurrentStreamsIT.finished(others))
          .hasSize(40)
          .allSatisfy(ConcurrentStreamsIT::isGolden);
      assertThat(received)
          .startsWith("HTTP/1.1 200")
          .contains("event: error\ndata: {\"error\":", "\"code\":\"slow_reader\"", "40 tokens")
          .doesNotContain("[DONE]");
      int sent = received.split("\"delta\":\\{\"content\"", -1).length - 1;
      System.out.printf(
          "the slow reader had been sent %d of %d tokens%n", sent, CHOICES * MAX_TOKENS);
      assertThat(sent).isLessThan(CHOICES * MAX_TOKENS / 2);
    }
  }

  /** With the log-probabilities of twenty tokens, a chunk takes over a kilobyte. */
  private ObjectNode longChat() {
    return GoldenChat.of("story", codec)
        .request()
        .put("stream", true)
        .put("n", CHOICES)
        .put("temperature", 1)
        .put("max_tokens", MAX_TOKENS)
        .put("ignore_eos", true)
        .put("logprobs", true)
        .put("top_logprobs", 20);
  }
}
