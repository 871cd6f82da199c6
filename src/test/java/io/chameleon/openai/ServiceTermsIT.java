package io.chameleon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.request.Refusal;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.ServiceTerms;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

/** Deadline, priority and fairness key, from the headers of a request to the service. */
class ServiceTermsIT extends RunningServer {

  private static final Map<String, String> BODIES =
      Map.of(
          ApiClient.CHAT,
          """
          {"model": "base", "messages": [{"role": "user", "content": "hi"}], "priority": -3}\
          """,
          ApiClient.COMPLETIONS,
          """
          {"model": "base", "prompt": "hi", "priority": -3}\
          """);

  @ParameterizedTest
  @CsvSource({ApiClient.CHAT, ApiClient.COMPLETIONS})
  void terms_ofHeadersAndBody_reachTheService(String path) {
    HttpResponse<String> response = post(path, "250");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(service.request().terms())
        .isEqualTo(new ServiceTerms(Duration.ofMillis(250), -3, "acme"));
  }

  @ParameterizedTest
  @CsvSource({ApiClient.CHAT, ApiClient.COMPLETIONS})
  void deadline_outOfRange_is400AndNamesTheHeader(String path) {
    HttpResponse<String> response = post(path, "0");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .isEqualTo(
            """
            {"error":{"message":"x-slo-ttft-ms is `0`; it must be an integer from 1 to 3600000.",\
            "type":"invalid_request_error","param":"x-slo-ttft-ms","code":null}}\
            """);
    assertThat(service.requests()).isEmpty();
    assertThat(post(path, "250").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({ApiClient.CHAT, ApiClient.COMPLETIONS})
  void stream_whoseDeadlinePassesWhileItWaits_isAnsweredWith429(String path) {
    service.answer(request ->
        Flux.error(
            new RequestRejectedException(Refusal.EXPIRED, "Too late.", Duration.ofMillis(1500))));

    HttpResponse<String> response = send(path, "250", streamed(path));

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("retry-after")).hasValue("2");
    assertThat(response.headers().firstValue("retry-after-ms")).hasValue("1500");
    assertThat(response.body()).contains("\"code\":\"queue_full\"", "Too late.");
  }

  @ParameterizedTest
  @CsvSource({ApiClient.CHAT, ApiClient.COMPLETIONS})
  void stream_thatMeetsItsDeadline_isTheSameAsWithoutOne(String path) {
    service.answer("Hi");
    String hurried = send(path, "250", streamed(path)).body();

    service.answer("Hi");
    String patient =
        api.send(
                api.request(path)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(streamed(path))))
            .body();

    assertThat(withoutId(hurried)).isEqualTo(withoutId(patient)).endsWith("data: [DONE]\n\n");
  }

  private static String withoutId(String stream) {
    return stream.replaceAll("\"id\":\"[^\"]*\"", "");
  }

  private static String streamed(String path) {
    return String.valueOf(BODIES.get(path)).replace("{\"model\"", "{\"stream\": true, \"model\"");
  }

  private HttpResponse<String> post(String path, String deadline) {
    return send(path, deadline, String.valueOf(BODIES.get(path)));
  }

  private HttpResponse<String> send(String path, String deadline, String body) {
    return api.send(
        api.request(path)
            .header("Content-Type", "application/json")
            .header("x-slo-ttft-ms", deadline)
            .header("x-gateway-inference-fairness-id", "acme")
            .header("x-gateway-inference-objective", "unheard-of")
            .POST(BodyPublishers.ofString(body)));
  }
}
