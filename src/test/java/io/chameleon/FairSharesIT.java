package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/** One client floods the service, which serves one request at a time; another comes late. */
@TestPropertySource(
    properties = {
      "chameleon.scheduling.max-sequences=1",
      "chameleon.scheduling.policy=chameleon",
      "chameleon.serving.queue-capacity=200"
    })
@DirtiesContext
class FairSharesIT extends RunningService {

  private static final int FLOOD = 20;

  /** Far less than it takes to serve the flood. */
  private static final Duration POLL = Duration.ofMillis(5);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void client_thatComesBehindAFlood_isServedLongBeforeItsEnd() {
    List<CompletableFuture<HttpResponse<String>>> flood = flood("flood", 0);

    HttpResponse<String> late = send("late", 0, 2).join();

    assertServedBefore(flood, late);
  }

  @Test
  void request_ofABetterPriority_isServedLongBeforeTheEndOfAFloodOfTheSameClient() {
    List<CompletableFuture<HttpResponse<String>>> flood = flood("acme", 100);

    HttpResponse<String> urgent = send("acme", -10, 2).join();

    assertServedBefore(flood, urgent);
  }

  private static void assertServedBefore(
      List<CompletableFuture<HttpResponse<String>>> flood, HttpResponse<String> answer) {
    long answered = flood.stream().filter(CompletableFuture::isDone).count();
    System.out.printf("answered of a flood of %d requests: %d%n", FLOOD, answered);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answered).isLessThan(FLOOD * 2 / 3);
    assertThat(flood).allSatisfy(waiting -> assertThat(waiting.join().statusCode()).isEqualTo(200));
  }

  /** Requests of which at least four in five wait in the queue by now. */
  private List<CompletableFuture<HttpResponse<String>>> flood(String client, int priority) {
    List<CompletableFuture<HttpResponse<String>>> flood =
        Stream.generate(() -> send(client, priority, 6)).limit(FLOOD).toList();
    await().pollInterval(POLL).atMost(SOON).until(() -> admission.waiting() >= FLOOD * 4 / 5);
    return flood;
  }

  private CompletableFuture<HttpResponse<String>> send(String client, int priority, int maxTokens) {
    String body =
        """
        {"model": "chameleon-demo", "prompt": "Once upon a time", "max_tokens": %d, "ignore_eos": true,
         "priority": %d}
        """
            .formatted(maxTokens, priority);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + ServiceClient.COMPLETIONS))
            .header("Content-Type", "application/json")
            .header("x-gateway-inference-fairness-id", client)
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.sendAsync(request, BodyHandlers.ofString());
  }
}
