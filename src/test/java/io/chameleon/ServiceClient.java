package io.chameleon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the running service with the JDK's own client. Each answer has a time within to come. */
final class ServiceClient implements AutoCloseable {

  static final String CHAT = "/v1/chat/completions";

  static final String COMPLETIONS = "/v1/completions";

  static final JsonMapper JSON = JsonMapper.shared();

  private static final long ANSWER_SECONDS = 120;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final int port;

  ServiceClient(int port) {
    this.port = port;
  }

  /** The JSON that a path gives, whatever the status. */
  JsonNode get(String path) {
    return JSON.readTree(getResponse(path).body());
  }

  HttpResponse<String> getResponse(String path) {
    return send(request(path).GET().build());
  }

  HttpResponse<String> post(String path, byte[] body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  HttpResponse<String> post(String path, JsonNode body) {
    return post(path, body.toString().getBytes(UTF_8));
  }

  /** Posts a body with a header more. */
  HttpResponse<String> post(String path, JsonNode body, String header, String value) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .header(header, value)
            .POST(BodyPublishers.ofString(body.toString()))
            .build());
  }

  /** The JSON that a body is answered with; the status must be 200. */
  JsonNode answer(String path, JsonNode body) {
    HttpResponse<String> response = post(path, body);
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body());
  }

  /** The answer to a chat as a stream, which {@code body} must ask for. */
  EventStream stream(JsonNode body) throws IOException, InterruptedException {
    HttpRequest request =
        request(CHAT)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
    return new EventStream(response.statusCode(), response.headers(), response.body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
  }

  /** The time is for the whole answer; a timeout of the request itself would end with its head. */
  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.sendAsync(request, BodyHandlers.ofString()).get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer from " + request.uri(), e);
    }
  }

  /** All answers have come by now; {@code HttpClient.close} has been seen to wait for ever here. */
  @Override
  public void close() {
    http.shutdownNow();
  }
}
