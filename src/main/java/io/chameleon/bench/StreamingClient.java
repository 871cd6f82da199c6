package io.chameleon.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the service over HTTP, as a client elsewhere would. */
final class StreamingClient {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Likeliest tokens of each place. */
  private static final int MOST_LOGPROBS = 20;

  /** What comes back is read and stamped by the thread that sees it come; nothing here waits. */
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(Runnable::run).build();

  private final URI root;

  private final String model;

  /**
   * A client.
   *
   * @param model the base model, which is asked where no other is named
   */
  StreamingClient(int port, String model) {
    this.root = URI.create("http://127.0.0.1:%d/".formatted(port));
    this.model = model;
  }

  String baseModel() {
    return model;
  }

  /** How many tokens a message becomes, with the template around it. */
  int promptTokens(String message) {
    return JsonMapper.shared()
        .readTree(body(request(message, 1, false)))
        .at("/usage/prompt_tokens")
        .asInt();
  }

  /** Nanoseconds from sending a message to the first token of the answer; waits for its end. */
  long firstTokenNanos(String message) {
    long start = System.nanoTime();
    try (StreamedAnswer answer = open(message, 1)) {
      answer.awaitEnd();
      return answer.firstTokenNanos() - start;
    }
  }

  /** Begins an answer of exactly so many tokens. */
  StreamedAnswer open(String message, int tokens) {
    return new StreamedAnswer(http, request(message, tokens, true));
  }

  /** Begins an answer of exactly so many tokens to a prompt of token ids, greedy. */
  StreamedAnswer complete(String asked, int[] prompt, int tokens) {
    return send(completion(asked, prompt, tokens, Map.of()));
  }

  /** An answer as {@link #complete} gives it, by its tokens; waits for nothing. */
  CompletableFuture<GeneratedTokens> tokens(String asked, int[] prompt, int tokens) {
    Map<String, Object> body =
        Map.of(
            "model",
            asked,
            "max_tokens",
            tokens,
            "ignore_eos",
            true,
            "temperature",
            0,
            "logprobs",
            MOST_LOGPROBS,
            "prompt",
            prompt);
    return http.sendAsync(
            post("v1/completions", body, Map.of()), HttpResponse.BodyHandlers.ofString())
        .thenApply(answer -> GeneratedTokens.of(JsonMapper.shared().readTree(requireOk(answer))));
  }

  /** Begins the answer to a request. */
  StreamedAnswer send(HttpRequest request) {
    return new StreamedAnswer(http, request);
  }

  /** The request for such an answer, to be sent later. */
  HttpRequest completion(String asked, int[] prompt, int tokens, Map<String, String> headers) {
    Map<String, Object> body =
        Map.of(
            "model",
            asked,
            "stream",
            true,
            "max_tokens",
            tokens,
            "ignore_eos",
            true,
            "temperature",
            0,
            "prompt",
            prompt);
    return post("v1/completions", body, headers);
  }

  /** The JSON at a path of the service, which must answer 200. */
  JsonNode get(String path) {
    HttpRequest request = HttpRequest.newBuilder(root.resolve(path)).timeout(PATIENCE).build();
    return JsonMapper.shared().readTree(body(request));
  }

  private String body(HttpRequest request) {
    return requireOk(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).join());
  }

  private static String requireOk(HttpResponse<String> answer) {
    if (answer.statusCode() != StreamedAnswer.OK) {
      throw new IllegalStateException(
          "the service answered %d: %s".formatted(answer.statusCode(), answer.body()));
    }
    return answer.body();
  }

  private HttpRequest request(String message, int tokens, boolean stream) {
    Map<String, Object> body =
        Map.of(
            "model",
            model,
            "stream",
            stream,
            "max_tokens",
            tokens,
            "ignore_eos",
            true,
            "messages",
            List.of(Map.of("role", "user", "content", message)));
    return post("v1/chat/completions", body, Map.of());
  }

  private HttpRequest post(String path, Map<String, Object> body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(root.resolve(path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(body)));
    headers.forEach(request::header);
    return request.build();
  }
}
