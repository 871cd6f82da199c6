package io.chameleon.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.request.Refusal;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.ServiceUnavailableException;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Every status other than 200, byte for byte where it matters. */
@ExtendWith(OutputCaptureExtension.class)
class ErrorsIT extends RunningServer {

  private static final String GOOD = chat("base");

  @Test
  void unknownModel_is404WithItsCode() {
    HttpResponse<String> response = api.post(ApiClient.CHAT, chat("nope"));

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body())
        .isEqualTo(
            """
            {"error":{"message":"The model `nope` does not exist.",\
            "type":"invalid_request_error","param":"model","code":"model_not_found"}}\
            """);
  }

  @Test
  void refusedAdapter_is422WithTheReason() {
    HttpResponse<String> response = api.post(ApiClient.CHAT, chat("base:broken"));

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body())
        .isEqualTo(
            """
            {"error":{"message":"The adapter `broken` is not served: use_dora is true; DoRA is not \
            supported","type":"invalid_request_error","param":"model","code":"adapter_invalid"}}\
            """);
  }

  @Test
  void tenantWithoutRights_is403AndNamesBoth() {
    HttpResponse<String> response = postAs("other");

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(response.body())
        .isEqualTo(
            """
            {"error":{"message":"The tenant `other` may not use the adapter `alpha`.",\
            "type":"permission_error","param":"model","code":null}}\
            """);
  }

  @Test
  void tenantWithRights_isAnswered() {
    assertThat(postAs("acme").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> postAs(String tenant) {
    return api.send(
        api.request(ApiClient.CHAT)
            .header("Content-Type", "application/json")
            .header("x-gateway-inference-fairness-id", tenant)
            .POST(BodyPublishers.ofString(chat("alpha"))));
  }

  @Test
  void fullQueue_is429AndSaysWhenToRetry() {
    service.refuse(
        new RequestRejectedException(
            Refusal.QUEUE_FULL, "The queue is full.", Duration.ofMillis(1250)));

    HttpResponse<String> response = api.post(ApiClient.CHAT, GOOD);

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("retry-after")).hasValue("2");
    assertThat(response.headers().firstValue("retry-after-ms")).hasValue("1250");
    assertThat(response.body())
        .isEqualTo(
            """
            {"error":{"message":"The queue is full.","type":"rate_limit_error","param":null,\
            "code":"queue_full"}}\
            """);
  }

  @Test
  void request_whileNobodyCanBeAdmitted_is429BeforeItsBodyIsLookedAt() {
    service.refuseAny(
        new RequestRejectedException(Refusal.DEADLINE, "Too late.", Duration.ofMillis(20)));

    HttpResponse<String> response = api.post(ApiClient.CHAT, "no JSON");

    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("retry-after-ms")).hasValue("20");
    assertThat(response.headers().firstValue("server-timing").orElseThrow())
        .matches("refused;desc=deadline;dur=[0-9.]+, thread;dur=0.0, plan;dur=0.0, decide;dur=.*");
    service.reset();
    assertThat(api.post(ApiClient.CHAT, "no JSON").statusCode()).isEqualTo(400);
  }

  @Test
  void refusal_ofWhatWasPlanned_saysWhereItsTimeWent() {
    service.refuse(
        new RequestRejectedException(Refusal.EXPIRED, "Too late.", Duration.ofMillis(20)));

    assertThat(api.post(ApiClient.CHAT, GOOD).headers().firstValue("server-timing").orElseThrow())
        .startsWith("refused;desc=expired;dur=")
        .doesNotContain("plan;dur=0.0,");
  }

  @Test
  void stoppingService_is503AndSaysWhenToRetry() {
    service.refuse(new ServiceUnavailableException("Stopping.", Duration.ofSeconds(3)));

    HttpResponse<String> response = api.post(ApiClient.CHAT, GOOD);

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("retry-after")).hasValue("3");
    assertThat(response.body())
        .isEqualTo(
            """
            {"error":{"message":"Stopping.","type":"server_error","param":null,\
            "code":"unavailable"}}\
            """);
  }

  @Test
  void unexpectedFailure_is500WithoutInternalsAndLogged(CapturedOutput output) {
    service.refuse(new IllegalStateException("secret detail"));

    HttpResponse<String> response =
        api.send(
            api.request(ApiClient.CHAT)
                .header("Content-Type", "application/json")
                .header("x-request-id", "req-17")
                .POST(BodyPublishers.ofString(GOOD)));

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.headers().firstValue("x-should-retry")).hasValue("false");
    assertThat(response.body())
        .isEqualTo(
            """
            {"error":{"message":"The server failed on this request; its log has the reason under \
            the request id req-17.","type":"server_error","param":null,"code":null}}\
            """);
    assertThat(output).contains("request req-17 failed").contains("secret detail");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/chat/completions, 405",
    "DELETE, /v1/models, 405",
    "POST, /v1/embeddings, 404",
    "POST, /v1/responses, 404",
    "GET, /nowhere, 404",
    "GET, /v1/models/nope, 404",
    "GET, /v1/models/, 404",
  })
  void otherPathOrMethod_hasTheErrorShape(String method, String path, int status) {
    HttpResponse<String> response =
        api.send(api.request(path).method(method, BodyPublishers.ofString("{}")));

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(response.body())
        .matches(
            "\\{\"error\":\\{\"message\":\".+\",\"type\":\"invalid_request_error\","
                + "\"param\":(null|\"model\"),\"code\":(null|\"model_not_found\")}}");
  }

  @Test
  void wrongMethod_namesTheAllowedOne() {
    HttpResponse<String> response = api.get(ApiClient.CHAT);

    assertThat(response.headers().firstValue("allow")).hasValue("POST");
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain, 415",
    "application/x-www-form-urlencoded, 415",
    "application/json;charset=utf-16, 415",
    "garbage, 415",
    "application/json, 200",
    "application/json;charset=utf-8, 200",
    ", 200",
  })
  void contentType_mustBeJsonOrMissing(@Nullable String type, int status) {
    var request = api.request(ApiClient.CHAT).POST(BodyPublishers.ofString(GOOD));
    if (type != null) {
      request.header("Content-Type", type);
    }

    HttpResponse<String> response = api.send(request);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).startsWith(status == 200 ? "{\"id\":" : "{\"error\":{\"message\":");
  }

  @ParameterizedTest
  @CsvSource({
    "image/png, 406",
    "application/json, 200",
    "text/event-stream, 200",
    "*/*, 200",
  })
  void accept_mustAllowJsonOrEvents(String accept, int status) {
    HttpResponse<String> response =
        api.send(
            api.request(ApiClient.CHAT)
                .header("Accept", accept)
                .POST(BodyPublishers.ofString(GOOD)));

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).startsWith(status == 200 ? "{\"id\":" : "{\"error\":{\"message\":");
  }

  @Test
  void bodyOverTheLimit_is413() {
    HttpResponse<String> response = api.post(ApiClient.CHAT, new byte[4_194_305]);

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body())
        .isEqualTo(
            """
            {"error":{"message":"The body is larger than 4194304 bytes, the most that is taken.",\
            "type":"invalid_request_error","param":null,"code":null}}\
            """);
  }

  @Test
  void bodyOverTheLimitOfUnknownLength_is413() {
    HttpResponse<String> response =
        api.send(
            api.request(ApiClient.CHAT)
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(new byte[4_194_305]))));

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(api.post(ApiClient.CHAT, GOOD).statusCode()).isEqualTo(200);
  }

  @Test
  void malformedUtf8_is400() {
    byte[] body = GOOD.replace("hello", "h?llo").getBytes(UTF_8);
    body[GOOD.indexOf("hello") + 1] = (byte) 0xFF;

    HttpResponse<String> response = api.post(ApiClient.CHAT, body);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("The body is not valid UTF-8.");
  }

  @Test
  void requestId_isEchoedOrMade() {
    HttpResponse<String> echoed = api.send(api.request("/health").header("x-request-id", "abc-1"));
    HttpResponse<String> made = api.get("/nowhere");
    HttpResponse<String> replaced =
        api.send(api.request("/health").header("x-request-id", "a b\tc"));

    assertThat(echoed.headers().firstValue("x-request-id")).hasValue("abc-1");
    assertThat(made.headers().firstValue("x-request-id").orElseThrow()).matches("[0-9a-f]{32}");
    assertThat(replaced.headers().firstValue("x-request-id").orElseThrow()).matches("[0-9a-f]{32}");
  }

  private static String chat(String model) {
    return """
    {"model": "%s", "messages": [{"role": "user", "content": "hello"}]}\
    """
        .formatted(model);
  }
}
