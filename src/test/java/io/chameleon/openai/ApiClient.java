package io.chameleon.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** Calls the server under test with the JDK's own client. */
final class ApiClient {

  static final String CHAT = "/v1/chat/completions";

  static final String COMPLETIONS = "/v1/completions";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final int port;

  ApiClient(int port) {
    this.port = port;
  }

  /** A request to a path, for the caller to go on with. */
  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .timeout(Duration.ofSeconds(20));
  }

  HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  HttpResponse<String> post(String path, String body) {
    return post(path, body.getBytes(UTF_8));
  }

  HttpResponse<String> post(String path, byte[] body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Posts a body with {@code "stream": true} and returns the events. */
  List<String> events(String path, String body) {
    HttpResponse<String> response = post(path, body);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return List.of(masked(response.body()).split("\n\n", 0));
  }

  /** The body of an answer with its random id replaced. */
  static String masked(String body) {
    return body.replaceAll("\"(chatcmpl|cmpl)-[0-9a-f]{32}\"", "\"$1-ID\"");
  }
}
