package io.chameleon.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The models a service offers by {@code GET /v1/models}.
 *
 * @param bases ids without a parent
 * @param adapters ids with a parent
 */
record ServedModels(List<String> bases, List<String> adapters) {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  ServedModels {
    bases = List.copyOf(bases);
    adapters = List.copyOf(adapters);
    if (bases.size() != 1 || adapters.isEmpty()) {
      throw new IllegalStateException(
          "the service lists %d base models and %d adapters, expected 1 and at least 1"
              .formatted(bases.size(), adapters.size()));
    }
  }

  /**
   * Asks the service.
   *
   * @throws UncheckedIOException if it does not answer within ten seconds
   * @throws IllegalStateException if the answer is not 200, or lists no base or no adapter
   */
  static ServedModels of(URI baseUrl) {
    HttpRequest request =
        HttpRequest.newBuilder(baseUrl.resolve("/v1/models")).timeout(TIMEOUT).build();
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(
            "GET %s: status %d, %s"
                .formatted(request.uri(), response.statusCode(), response.body()));
      }
      return parse(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException("GET %s: %s".formatted(request.uri(), e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading " + request.uri(), e);
    }
  }

  /** Returns all ids, the base first. */
  List<String> ids() {
    List<String> ids = new ArrayList<>(bases);
    ids.addAll(adapters);
    return List.copyOf(ids);
  }

  private static ServedModels parse(String body) throws IOException {
    List<String> bases = new ArrayList<>();
    List<String> adapters = new ArrayList<>();
    for (JsonNode model : new ObjectMapper().readTree(body).path("data")) {
      (model.path("parent").isTextual() ? adapters : bases).add(model.path("id").asText());
    }
    return new ServedModels(bases, adapters);
  }
}
