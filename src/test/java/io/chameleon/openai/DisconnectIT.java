package io.chameleon.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chameleon.fixtures.FakeInferenceService;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.TokenEvent;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Clients that go away, and clients that do not read. */
class DisconnectIT extends RunningServer {

  private static final Duration SOON = Duration.ofSeconds(10);

  /** Far more than all buffers between the service and a client hold; each token is an event. */
  private static final long BOUND = 60_000;

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void stream_clientGoesAway_cancelsEverySequence(int n) throws Exception {
    service.answer(DisconnectIT::oneTokenThenSilence);
    try (Socket socket = post(chat(true, n))) {
      readUntil(socket, "\"content\":\"a\"");
    }

    await().atMost(SOON).until(() -> service.cancelled() == n);
    assertThat(service.completed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void wholeAnswer_clientGoesAway_cancelsEverySequence(int n) throws Exception {
    service.answer(DisconnectIT::oneTokenThenSilence);
    try (Socket socket = post(chat(false, n))) {
      await().atMost(SOON).until(() -> service.emitted() == n);
      assertThat(socket.isConnected()).isTrue();
    }

    await().atMost(SOON).until(() -> service.cancelled() == n);
  }

  @Test
  void stream_firstEvent_comesBeforeTheFirstToken() throws Exception {
    service.answer(request -> Flux.never());
    try (Socket socket = post(chat(true, 1))) {
      String received = readUntil(socket, "\"role\":\"assistant\"");

      assertThat(received).startsWith("HTTP/1.1 200");
    }
    await().atMost(SOON).until(() -> service.cancelled() == 1);
  }

  @Test
  void stream_clientDoesNotRead_stopsTheSource() throws Exception {
    service.answer(DisconnectIT::endless);
    try (Socket socket = post(chat(true, 1))) {
      await().atMost(Duration.ofSeconds(30)).until(this::hasStalled);
      long stalled = service.emitted();
      assertThat(stalled).isBetween(1L, BOUND);

      // Reading on sets it going again: it was held back, not cut off.
      socket.getInputStream().readNBytes(8_000_000);
      assertThat(service.emitted()).isGreaterThan(stalled);
    }
    await().atMost(SOON).until(() -> service.cancelled() == 1);
  }

  private boolean hasStalled() {
    long before = service.emitted();
    await().pollDelay(Duration.ofMillis(300)).until(() -> true);
    return before > 0 && service.emitted() == before;
  }

  private static Flux<TokenEvent> oneTokenThenSilence(InferenceRequest request) {
    return Flux.concat(Flux.just(FakeInferenceService.token(request, 'a', true)), Flux.never());
  }

  private static Flux<TokenEvent> endless(InferenceRequest request) {
    return Flux.generate(sink -> sink.next(FakeInferenceService.token(request, 'a', false)));
  }

  private Socket post(String body) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(10_000);
    socket.connect(new InetSocketAddress("localhost", port));
    byte[] bytes =
        ("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: %d\r\n\r\n%s")
            .formatted(ApiClient.CHAT, body.length(), body)
            .getBytes(UTF_8);
    socket.getOutputStream().write(bytes);
    return socket;
  }

  private static String readUntil(Socket socket, String wanted) throws IOException {
    StringBuilder received = new StringBuilder();
    byte[] buffer = new byte[1024];
    InputStream in = socket.getInputStream();
    while (received.indexOf(wanted) < 0) {
      int count = in.read(buffer);
      assertThat(count).as("end of stream after %s", received).isPositive();
      received.append(new String(buffer, 0, count, UTF_8));
    }
    return received.toString();
  }

  private static String chat(boolean stream, int n) {
    return """
    {"model": "base", "stream": %b, "n": %d, "messages": [{"role": "user", "content": "x"}]}\
    """
        .formatted(stream, n);
  }
}
