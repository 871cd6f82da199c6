package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A client that goes away takes its sequences with it, wherever they are by then. */
class DisconnectIT extends RunningService {

  /** Left alone, a sequence would take as many steps. */
  private static final int MAX_TOKENS = 900;

  /**
   * Two steps, and those made while the news travels through two kernels' sockets and an event loop
   * on a busy machine.
   */
  private static final int MOST_STEPS = 100;

  private static final int BATCH = 16;

  @Test
  void stream_closed_freesItsSequence() throws Exception {
    try (RawClient client = new RawClient(port, 1 << 16).post(longChat(true))) {
      client.readUntil("\"content\":\"");
      assertFreedSoonAfter(client::close, 1);
    }
  }

  @Test
  void stream_reset_freesItsSequence() throws Exception {
    try (RawClient client = new RawClient(port, 1 << 16).post(longChat(true))) {
      client.readUntil("\"content\":\"");
      assertFreedSoonAfter(client::reset, 1);
    }
  }

  @Test
  void wholeAnswer_closed_freesAllItsSequences() throws Exception {
    ObjectNode body = longChat(false).put("n", 3).put("temperature", 1);
    try (RawClient client = new RawClient(port, 1 << 16).post(body)) {
      await().atMost(SOON).until(() -> engine.status().scheduler().running() == 3);
      assertFreedSoonAfter(client::close, 3);
    }
  }

  @Test
  void waitingRequest_closed_leavesTheQueue() throws Exception {
    double before = cancelled("disconnect");
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < BATCH; i++) {
        clients.add(new RawClient(port, 1 << 16).post(longChat(true)));
      }
      await().atMost(SOON).until(() -> engine.status().scheduler().running() == BATCH);

      clients.add(new RawClient(port, 1 << 16).post(longChat(true)));
      await().atMost(SOON).until(() -> engine.status().scheduler().waiting() == 1);
      clients.getLast().close();
      await().atMost(SOON).until(() -> engine.status().scheduler().waiting() == 0);

      assertThat(engine.status().scheduler().running()).isEqualTo(BATCH);
      await().atMost(SOON).until(() -> admission.waiting() == 0);
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
    awaitIdle();
    assertThat(cancelled("disconnect") - before).isEqualTo(BATCH + 1);
  }

  private void assertFreedSoonAfter(Leaving leaving, int sequences) throws IOException {
    double before = cancelled("disconnect");
    long stepsBefore = steps();
    leaving.leave();
    awaitIdle();

    System.out.printf("freed %d steps after the client left%n", steps() - stepsBefore);
    assertThat(steps() - stepsBefore).isLessThanOrEqualTo(MOST_STEPS);
    assertThat(cancelled("disconnect") - before).isEqualTo(sequences);
  }

  /** How a client goes away. */
  private interface Leaving {
    void leave() throws IOException;
  }

  private ObjectNode longChat(boolean stream) {
    return GoldenChat.of("story", codec)
        .request()
        .put("stream", stream)
        .put("max_tokens", MAX_TOKENS)
        .put("ignore_eos", true);
  }
}
