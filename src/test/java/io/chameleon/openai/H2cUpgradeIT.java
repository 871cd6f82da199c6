package io.chameleon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's client asks for HTTP/2 with the first request of a connection, bodies included. */
class H2cUpgradeIT extends RunningServer {

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void leave() {
    client.shutdownNow();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 20_000, 300_000, 4_194_304})
  void post_bodyWithinTheLimit_upgradesAndTheNextWorksToo(int bytes) throws Exception {
    HttpResponse<String> first = client.send(post(body(bytes)), BodyHandlers.ofString());
    HttpResponse<String> second = client.send(post(body(100)), BodyHandlers.ofString());

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(service.requests().getFirst().promptTokens().length).isGreaterThan(bytes - 100);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.version()).isEqualTo(HttpClient.Version.HTTP_2);
  }

  @Test
  void post_bodyOverTheLimit_isAnsweredLikeAnyOtherAndTheNextWorksToo() throws Exception {
    HttpResponse<String> first = client.send(post(body(4_194_305)), BodyHandlers.ofString());
    HttpResponse<String> second = client.send(post(body(100)), BodyHandlers.ofString());

    assertThat(first.statusCode()).isEqualTo(413);
    assertThat(first.body()).startsWith("{\"error\":{\"message\":\"The body is larger than");
    assertThat(second.statusCode()).isEqualTo(200);
  }

  @Test
  void post_stream_arrivesWholeOverHttp2() throws Exception {
    service.answer("x".repeat(2000));
    String body = body(100).replace("\"model\"", "\"stream\": true, \"model\"");
    HttpResponse<String> response = client.send(post(body), BodyHandlers.ofString());

    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(response.body().split("\n\n")).hasSize(2003);
    assertThat(response.body()).endsWith("data: [DONE]\n\n");
  }

  private HttpRequest post(String body) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + ApiClient.CHAT))
        .timeout(Duration.ofSeconds(20))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private static String body(int bytes) {
    String head = "{\"model\": \"wide\", \"messages\": [{\"role\": \"user\", \"content\": \"";
    String tail = "\"}]}";
    return head + "x".repeat(bytes - head.length() - tail.length()) + tail;
  }
}
